using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The largest of several linear functions of the input, in each output: max over i of (input · kernel[i] + bias[i]). Python:
/// <c>keras.layers.MaxoutDense</c> of Keras 1.
/// </summary>
public sealed class MaxoutDense : KernelLayer
{
    private long _units;
    private long _pieces = 4;
    private bool _useBias = true;
    private Variable? _kernel;
    private Variable? _bias;

    /// <summary>Creates a layer.</summary>
    /// <param name="units">The number of outputs, at least 1.</param>
    /// <param name="pieces">The number of linear functions of each output, at least 1; default 4. Python: <c>nb_feature</c>.</param>
    /// <param name="useBias">Whether there is a bias; default true.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is below 1.</exception>
    public MaxoutDense(long units, long pieces = 4, bool useBias = true, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _units = units;
        _pieces = pieces;
        _useBias = useBias;
        CheckFields();
    }

    internal MaxoutDense()
    {
    }

    /// <summary>The number of outputs.</summary>
    public long Units => _units;

    /// <summary>The number of linear functions of each output.</summary>
    public long Pieces => _pieces;

    /// <summary>The kernel, [pieces, inputs, units]; null before the layer is built.</summary>
    public Variable? Kernel => _kernel;

    /// <summary>The bias, [pieces, units]; null before the layer is built, and without one.</summary>
    public Variable? Bias => _bias;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        // [1, batch, inputs] · [pieces, inputs, units]
        Tensor pieces = Tf.MatMul(Tf.ExpandDims(input, 0), _kernel!.Value);
        if (_bias is not null)
            pieces += Tf.ExpandDims(_bias.Value, 1);
        return Tf.ReduceMax(pieces, [0]);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        BatchReshape.CheckRank(this, inputShape, 2, 2);
        if (inputShape[1] < 0 || (_kernel is not null && _kernel.Shape[1] != inputShape[1]))
            throw new TfLbfgsException($"{this}: expected an input [batch, features] with "
                + $"{(_kernel is null ? "a known number of" : _kernel.Shape[1])} features, received {inputShape}.");
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        _kernel = AddVariable("kernel", [_pieces, inputShape[1], _units], KernelOptions);
        if (_useBias)
            _bias = AddVariable("bias", [_pieces, _units], BiasOptions);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("units", ref _units, minimum: 1, required: true);
        fields.Integer("nb_feature", ref _pieces, minimum: 1);
        fields.Flag("use_bias", ref _useBias);
        DescribeWeights(fields);
    }
}
