using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Divides each sample by the root of its mean square over one dimension or several, and scales it. A layer of Keras 3. Python:
/// <c>keras.layers.RMSNormalization</c>.
/// </summary>
[KerasName("RMSNormalization", Generation = KerasGeneration.Keras3)]
public sealed class RMSNormalization : Layer
{
    private int[] _axes = [-1];
    private double _epsilon = 1e-6;
    private Variable? _scale;

    /// <summary>Creates a layer.</summary>
    /// <param name="axis">The dimension over which is normalized; negative from the end. Default -1.</param>
    /// <param name="epsilon">What is added to the mean square; default 1e-6.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">Epsilon is negative.</exception>
    public RMSNormalization(int axis = -1, double epsilon = 1e-6, string? name = null, DTypePolicy? dtype = null)
        : this([axis], epsilon, name, dtype)
    {
    }

    /// <summary>Creates a layer that normalizes over several dimensions together.</summary>
    /// <param name="axes">The dimensions; negative from the end.</param>
    /// <param name="epsilon">What is added to the mean square; default 1e-6.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">Epsilon is negative.</exception>
    public RMSNormalization(IReadOnlyList<int> axes, double epsilon = 1e-6, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(axes);
        _axes = [.. axes];
        _epsilon = epsilon;
        CheckFields();
    }

    internal RMSNormalization()
    {
    }

    /// <summary>The dimensions over which is normalized.</summary>
    public IReadOnlyList<int> Axes => _axes;

    /// <summary>What is added to the mean square.</summary>
    public double Epsilon => _epsilon;

    /// <summary>The factors; null before the layer is built.</summary>
    public Variable? Scale => _scale;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        int[] axes = AxesOf(input.Rank);
        Tensor x = Tf.Cast(input, ScaledNormalization.StatisticsDType(input));
        long[] shape = [.. Enumerable.Range(0, x.Rank).Select(axis => axes.Contains(axis) ? x.Shape[axis] : 1)];
        Tensor factor = Tf.Math.Rsqrt(Tf.ReduceMean(Tf.Square(x), axes, keepDims: true) + _epsilon);
        Tensor output = x * factor * Tf.Reshape(Tf.Cast(_scale!.Value, x.DType), Tensor.From<long>(shape));
        return output.DType == input.DType ? output : Tf.Cast(output, input.DType);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        BatchReshape.CheckRank(this, inputShape, 1, null);
        if (AxesOf(inputShape.Rank).Any(axis => axis < 0 || axis >= inputShape.Rank || inputShape[axis] < 0))
            throw new TfLbfgsException(
                $"{this}: expected an input with known sizes of the dimensions [{string.Join(", ", _axes)}], received {inputShape}.");
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        _scale = AddVariable("scale", Shape.Create([.. AxesOf(inputShape.Rank).Select(axis => inputShape[axis])]), new Ones());
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Axes("axis", ref _axes, AxesForm.List);
        fields.Number("epsilon", ref _epsilon, minimum: 0);
    }

    private int[] AxesOf(int rank) => ScaledNormalization.AxesOf(_axes, rank);
}
