using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Regularizers;

/// <summary>
/// The mean absolute cosine between the rows, or the columns, of a matrix, times a factor. Python:
/// <c>tf.keras.regularizers.OrthogonalRegularizer</c>.
/// </summary>
public sealed class OrthogonalRegularizer : Regularizer
{
    // Below this squared norm a vector counts as 0; that of tf.math.l2_normalize.
    private const double SmallestSquare = 1e-12;

    private double _factor;
    private bool _columns;

    /// <summary>Creates a penalty.</summary>
    /// <param name="factor">The factor, finite and not negative; default 0.01.</param>
    /// <param name="columns">Whether the columns are made orthogonal; default the rows.</param>
    /// <exception cref="TfLbfgsException">The factor is negative or not finite.</exception>
    public OrthogonalRegularizer(double factor = 0.01, bool columns = false)
    {
        _factor = factor;
        _columns = columns;
        CheckFields();
    }

    /// <summary>The factor.</summary>
    public double PenaltyFactor => _factor;

    /// <summary>Whether the columns are made orthogonal.</summary>
    public bool Columns => _columns;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Rank != 2)
            throw new TfLbfgsException($"OrthogonalRegularizer: expected a matrix, received shape {values.Shape}.");
        long size = values.Shape[Columns ? 1 : 0];
        Tensor axis = Tensor.Scalar(Columns ? 0 : 1);
        Tensor squares =
            RawOps.Maximum(RawOps.Sum(RawOps.Square(values), axis, keepDims: true), Tensor.Scalar(SmallestSquare, values.DType));
        Tensor unit = values * RawOps.Rsqrt(squares);
        Tensor product = RawOps.MatMul(unit, unit, transposeA: Columns, transposeB: !Columns);
        double[] mask = new double[size * size];
        for (long i = 0; i < mask.Length; i++)
            mask[i] = i % (size + 1) == 0 ? 0 : 1;
        Tensor others = product * HostArrays.ToTensor(mask, values.DType, [size, size]);
        return Rounded(PenaltyFactor) * 0.5 * Sum(RawOps.Abs(others)) / (size * (size - 1.0) / 2);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("factor", ref _factor, minimum: 0, maximum: double.MaxValue);
        fields.Choice("mode", ref _columns, ("rows", false), ("columns", true));
    }
}
