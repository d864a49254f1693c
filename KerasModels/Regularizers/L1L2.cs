using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Regularizers;

/// <summary>l1 · Σ|x| + l2 · Σx². Python: <c>tf.keras.regularizers.L1L2</c>.</summary>
[KerasName("L1L2", "l1_l2")]
public class L1L2 : Regularizer
{
    private double _absoluteFactor;
    private double _squareFactor;

    /// <summary>Creates a penalty.</summary>
    /// <param name="l1">The factor of the absolute values, finite and not negative; default 0.</param>
    /// <param name="l2">The factor of the squares, likewise; default 0.</param>
    /// <exception cref="TfLbfgsException">A factor is negative or not finite.</exception>
    public L1L2(double l1 = 0, double l2 = 0)
    {
        _absoluteFactor = l1;
        _squareFactor = l2;
        CheckFields();
    }

    /// <summary>The factor of the absolute values.</summary>
    public double AbsoluteFactor => _absoluteFactor;

    /// <summary>The factor of the squares.</summary>
    public double SquareFactor => _squareFactor;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Tensor? absolute = AbsoluteFactor == 0 ? null : Rounded(AbsoluteFactor) * Sum(RawOps.Abs(values));
        Tensor? square = SquareFactor == 0 ? null : Rounded(SquareFactor) * Sum(RawOps.Square(values));
        return (absolute, square) switch
        {
            (null, null) => Tensor.Scalar(0, values.DType),
            (null, _) => square,
            (_, null) => absolute,
            _ => absolute + square,
        };
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        DescribeAbsolute(fields);
        DescribeSquare(fields);
    }

    private protected void DescribeAbsolute(ConfigFields fields) =>
        fields.Number("l1", ref _absoluteFactor, minimum: 0, maximum: double.MaxValue);

    private protected void DescribeSquare(ConfigFields fields) =>
        fields.Number("l2", ref _squareFactor, minimum: 0, maximum: double.MaxValue);

    private protected void DescribeOrigin(ConfigFields fields) => base.Describe(fields);
}
