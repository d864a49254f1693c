using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>Makes one number of the losses of samples, as both generations of Keras do. Inside a scope of the caller.</summary>
internal static class LossReduction
{
    /// <summary>Weights the losses and reduces them.</summary>
    /// <exception cref="TfLbfgsException">The weights do not fit.</exception>
    public static Tensor Reduce(string name, Tensor values, Tensor? weight, Tensor? mask, string reduction)
    {
        bool isMean = reduction is "sum_over_batch_size" or "mean";
        Tensor? weights = Merge(name, weight, mask, values.DType, scaled: isMean);
        Tensor weighted = weights is null ? values : values * Fit(name, weights, values);
        if (weighted.Shape == Shape.Scalar || reduction == "none")
            return weighted;
        return reduction switch
        {
            "sum" => Tf.ReduceSum(weighted),
            // The divisor is the sum of the weights as they were given, not broadcast to the losses; so it is in Keras.
            "mean_with_sample_weight" when weights is not null => RawOps.DivNoNan(Tf.ReduceSum(weighted), Tf.ReduceSum(weights)),
            _ => Tf.ReduceMean(weighted),
        };
    }

    /// <summary>Weights and mask as one factor of the losses; null where both are.</summary>
    /// <param name="name">The loss or metric, for messages.</param>
    /// <param name="weight">The weights.</param>
    /// <param name="mask">The mask.</param>
    /// <param name="dtype">The dtype of the result.</param>
    /// <param name="scaled">Whether the mask is divided by the share of elements that count, so that a mean over all is the mean over
    /// those.</param>
    public static Tensor? Merge(string name, Tensor? weight, Tensor? mask, DType dtype, bool scaled)
    {
        Tensor? weights = weight is null ? null : Cast(weight, dtype);
        if (mask is null)
            return weights;
        Tensor counts = Cast(mask, dtype);
        if (scaled)
            counts *= RawOps.DivNoNan(RawOps.Cast(RawOps.Size(counts, DType.Int64), dtype), Tf.ReduceSum(counts));
        if (weights is null)
            return counts;
        return weights.Rank > counts.Rank ? weights * Fit(name, counts, weights) : Fit(name, weights, counts) * counts;
    }

    /// <summary>
    /// Weights with dimensions of 1 behind where they have fewer than the losses, and without a last one of 1 where they have one more.
    /// Weights of a scalar loss stay as they are.
    /// </summary>
    /// <exception cref="TfLbfgsException">The weights do not fit.</exception>
    public static Tensor Fit(string name, Tensor weights, Tensor values)
    {
        if (!weights.Shape.HasRank || !values.Shape.HasRank || values.Rank == 0)
            return weights;
        Tensor result = weights.Rank == values.Rank + 1 && weights.Shape[-1] == 1 ? RawOps.Squeeze(weights, [-1]) : weights;
        while (result.Rank > 0 && result.Rank < values.Rank)
            result = RawOps.ExpandDims(result, Tensor.Scalar(-1));
        bool fits = result.Rank <= values.Rank;
        for (int i = 0; fits && i < result.Rank; i++)
            fits = result.Shape[i] == 1 || result.Shape[i] < 0 || values.Shape[i] < 0 || result.Shape[i] == values.Shape[i];
        return fits
            ? result
            : throw new TfLbfgsException(
                $"{name}: expected weights that fit the losses of shape {values.Shape}, received {weights.Shape}.");
    }

    private static Tensor Cast(Tensor values, DType dtype) => values.DType == dtype ? values : RawOps.Cast(values, dtype);
}
