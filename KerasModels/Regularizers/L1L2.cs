using System.Text.Json.Nodes;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Regularizers;

/// <summary>l1 · Σ|x| + l2 · Σx². Python: <c>tf.keras.regularizers.L1L2</c>.</summary>
/// <param name="l1">The factor of the absolute values; default 0.</param>
/// <param name="l2">The factor of the squares; default 0.</param>
public class L1L2(double l1 = 0, double l2 = 0) : Regularizer
{
    /// <summary>The factor of the absolute values.</summary>
    public double AbsoluteFactor { get; } = Factor(l1, nameof(l1));

    /// <summary>The factor of the squares.</summary>
    public double SquareFactor { get; } = Factor(l2, nameof(l2));

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

    internal override void WriteConfig(JsonObject config)
    {
        config["l1"] = AbsoluteFactor;
        config["l2"] = SquareFactor;
    }
}
