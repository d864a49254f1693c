using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Multiplies by a scale and adds an offset; integers become floating-point numbers. Python: <c>tf.keras.layers.Rescaling</c>.
/// </summary>
public sealed class Rescaling : Layer
{
    private double[] _scale = [1];
    private double[] _offset = [0];

    /// <summary>Creates a layer.</summary>
    /// <param name="scale">The factor.</param>
    /// <param name="offset">What is added; default 0.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Rescaling(double scale, double offset = 0, string? name = null, DTypePolicy? dtype = null) : this([scale], [offset], name, dtype)
    {
    }

    /// <summary>Creates a layer with a factor and an offset for each channel, which is the last dimension.</summary>
    /// <param name="scale">The factors: one for all, or one for each channel.</param>
    /// <param name="offset">What is added: one number for all, or one for each channel.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">There is no factor or no offset.</exception>
    public Rescaling(IReadOnlyList<double> scale, IReadOnlyList<double> offset, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(offset);
        _scale = [.. scale];
        _offset = [.. offset];
        CheckFields();
    }

    internal Rescaling()
    {
    }

    /// <summary>The factors: one for all, or one for each channel.</summary>
    public IReadOnlyList<double> Scale => _scale;

    /// <summary>What is added: one number for all, or one for each channel.</summary>
    public IReadOnlyList<double> Offset => _offset;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor x = input.DType.IsFloating ? input : Tf.Cast(input, ComputeDType);
        return (x * Constant(_scale, x)) + Constant(_offset, x);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        foreach (double[] values in new[] { _scale, _offset })
        {
            if (values.Length > 1
                && (inputShape.Rank == 0 || (inputShape[^1] >= 0 && inputShape[^1] != values.Length && inputShape[^1] != 1)))
                throw new TfLbfgsException(
                    $"{this}: expected an input whose last dimension is {values.Length}, the number of factors, received {inputShape}.");
        }
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        Numbers(fields, "scale", ref _scale);
        Numbers(fields, "offset", ref _offset);
    }

    // Keras takes one number or an array.
    private static void Numbers(ConfigFields fields, string name, ref double[] values)
    {
        if (!fields.IsReading && values.Length == 1)
        {
            fields.Number(name, ref values[0]);
            return;
        }

        double[]? read = values;
        fields.OptionalNumbers(name, ref read);
        values = read is { Length: > 0 } ? read : throw fields.Fail($"expected {name} to be a number or a list of numbers, received none.");
    }

    // Keras rounds numbers of Python to float32 before it casts them.
    private static Tensor Constant(double[] values, Tensor x) => values.Length == 1
        ? Tensor.Scalar((float)values[0], x.DType)
        : HostArrays.ToTensor(Array.ConvertAll(values, value => (double)(float)value), x.DType, [values.Length]);
}
