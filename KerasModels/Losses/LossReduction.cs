using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>Makes one number of the losses of samples. Inside a scope of the caller.</summary>
internal static class LossReduction
{
    /// <summary>Weights the losses and reduces them.</summary>
    /// <exception cref="TfLbfgsException">The weights do not fit.</exception>
    public static Tensor Reduce(string name, Tensor values, Tensor? weight, Tensor? mask, string reduction)
    {
        Tensor? weights = weight is null ? null : Fit(name, weight, values);
        if (mask is not null)
        {
            Tensor counts = Fit(name, mask, values);
            // As in Keras, a mean is over the elements that count.
            if (reduction is "sum_over_batch_size" or "mean")
            {
                Tensor total = RawOps.Cast(RawOps.Size(counts, DType.Int64), counts.DType), valid = Sum(counts);
                counts *= RawOps.DivNoNan(total, valid);
            }

            weights = weights is null ? counts : weights * counts;
        }

        Tensor weighted = weights is null ? values : values * weights;
        if (weighted.Shape == Shape.Scalar)
            return RawOps.Identity(weighted);
        return reduction switch
        {
            "none" => weighted,
            "sum" => Sum(weighted),
            "mean_with_sample_weight" when weights is not null => RawOps.DivNoNan(Sum(weighted), Sum(weights + RawOps.ZerosLike(values))),
            _ => RawOps.Mean(weighted, AllAxes(weighted)),
        };
    }

    private static Tensor Sum(Tensor values) => RawOps.Sum(values, AllAxes(values));

    /// <summary>Weights of the dtype of the losses, with dimensions of 1 behind where they have fewer, and without a last one of 1 where they have one more.</summary>
    private static Tensor Fit(string name, Tensor weight, Tensor values)
    {
        Tensor result = weight.DType == values.DType ? weight : RawOps.Cast(weight, values.DType);
        if (!result.Shape.HasRank || !values.Shape.HasRank)
            return result;
        if (result.Rank == values.Rank + 1 && result.Shape[-1] == 1)
            result = RawOps.Squeeze(result, [-1]);
        while (result.Rank > 0 && result.Rank < values.Rank)
            result = RawOps.ExpandDims(result, Tensor.Scalar(-1));
        bool fits = result.Rank <= values.Rank;
        for (int i = 0; fits && i < result.Rank; i++)
            fits = result.Shape[i] == 1 || result.Shape[i] < 0 || values.Shape[i] < 0 || result.Shape[i] == values.Shape[i];
        return fits ? result : throw new TfLbfgsException($"{name}: expected weights that fit the losses of shape {values.Shape}, received {weight.Shape}.");
    }

    private static Tensor AllAxes(Tensor values) => values.Shape.HasRank
        ? Tensor.From<int>([.. Enumerable.Range(0, values.Rank)])
        : RawOps.Range(Tensor.Scalar(0), RawOps.Rank(values), Tensor.Scalar(1));
}
