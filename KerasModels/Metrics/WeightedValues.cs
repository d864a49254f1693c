using TfLbfgs.Keras.Losses;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>Applies weights to values as the means and sums of both generations of Keras do. Inside a scope of the caller.</summary>
internal static class WeightedValues
{
    /// <summary>The weighted values, and the weight of all of them together.</summary>
    /// <param name="name">The metric, for messages.</param>
    /// <param name="values">The values.</param>
    /// <param name="weight">Their weights; null: 1.</param>
    /// <param name="mask">Which of them count; null: all.</param>
    /// <param name="generation">The generation of Keras whose rules are meant.</param>
    /// <param name="isMean">Whether dimensions that are left out are averaged; else summed.</param>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    public static (Tensor Weighted, Tensor Count) Of(
        string name, Tensor values, Tensor? weight, Tensor? mask, KerasGeneration generation, bool isMean) =>
        generation == KerasGeneration.Keras2 ? OfKeras2(name, values, weight, mask, isMean) : OfKeras3(name, values, weight, mask, isMean);

    /// <summary>Keras 2: weights are broadcast to the values, and each value counts.</summary>
    private static (Tensor Weighted, Tensor Count) OfKeras2(string name, Tensor values, Tensor? weight, Tensor? mask, bool isMean)
    {
        Tensor? weights = LossReduction.Merge(name, weight, mask, values.DType, scaled: false);
        if (weights is null)
            return (values, RawOps.Cast(RawOps.Size(values, DType.Int64), values.DType));
        weights = OneRank(weights, values);
        if (weights.Rank > 0 && weights.Rank < values.Rank)
            values = Reduce(values, weights.Rank, isMean);
        weights = Broadcast(name, weights, values);
        return (values * weights, Tf.ReduceSum(weights));
    }

    /// <summary>
    /// Keras 3: values and weights are averaged over all dimensions but the first, and each sample counts. A mask is heeded where there are
    /// weights.
    /// </summary>
    private static (Tensor Weighted, Tensor Count) OfKeras3(string name, Tensor values, Tensor? weight, Tensor? mask, bool isMean)
    {
        if (weight is null)
        {
            Tensor samples = values.Rank == 0 ? RawOps.OnesLike(values) : RawOps.Cast(RawOps.Shape(values)[0], values.DType);
            return (Reduce(values, 1, isMean), samples);
        }

        Tensor weights = OneRank(LossReduction.Merge(name, weight, mask, values.DType, scaled: false)!, values);
        if (values.Rank > weights.Rank)
            values = Reduce(values, weights.Rank, isMean);
        weights = Broadcast(name, weights, values);
        return (Reduce(values * weights, 1, isMean), Tf.ReduceSum(Reduce(weights, 1, isMean)));
    }

    /// <summary>Weights of the rank of the values, where they have one dimension more or fewer.</summary>
    private static Tensor OneRank(Tensor weights, Tensor values)
    {
        if (weights.Rank == values.Rank + 1 && weights.Shape[-1] == 1)
            return RawOps.Squeeze(weights, [-1]);
        return weights.Rank > 0 && weights.Rank == values.Rank - 1 ? RawOps.ExpandDims(weights, Tensor.Scalar(-1)) : weights;
    }

    private static Tensor Broadcast(string name, Tensor weights, Tensor values)
    {
        Tensor fitted = LossReduction.Fit(name, weights, values);
        return fitted.Shape == values.Shape && fitted.Shape.IsFullyKnown ? fitted : RawOps.BroadcastTo(fitted, RawOps.Shape(values));
    }

    private static Tensor Reduce(Tensor values, int kept, bool isMean)
    {
        if (values.Rank <= kept)
            return values;
        int[] axes = [.. Enumerable.Range(kept, values.Rank - kept)];
        return isMean ? Tf.ReduceMean(values, axes) : Tf.ReduceSum(values, axes);
    }
}
