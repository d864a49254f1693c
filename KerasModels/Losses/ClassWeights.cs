using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>Weights of classes as weights of samples. Python: <c>class_weight</c> of <c>Model.fit</c>.</summary>
public static class ClassWeights
{
    // Beyond this the table of the weights would be larger than most data.
    private const int LargestClass = 1 << 24;

    /// <summary>
    /// The weight of each sample: that of its class, or 1 where its class has none, times the weight that it has already.
    /// </summary>
    /// <param name="yTrue">The targets: class numbers, [batch, ...] or [batch, ..., 1], or one value for each class, [batch, ..., classes],
    /// of which the largest is the class; borrowed.</param>
    /// <param name="weights">The weight of each class by its number.</param>
    /// <param name="sampleWeight">The weight of each sample so far, in a shape that can be multiplied; null: 1. Borrowed.</param>
    /// <param name="dtype">The dtype of the result where <paramref name="sampleWeight"/> gives none; default float32.</param>
    /// <returns>The weights, [batch, ...], owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">There are no weights, or a class is negative or above 16777216.</exception>
    public static Tensor ToSampleWeights(
        Tensor yTrue, IReadOnlyDictionary<int, double> weights, Tensor? sampleWeight = null, DType dtype = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Count == 0 || weights.Keys.Any(key => key is < 0 or > LargestClass))
        {
            throw new TfLbfgsException(
                $"Class weights: expected weights of classes from 0 to {LargestClass}, received "
                + $"{(weights.Count == 0 ? "none" : $"class {weights.Keys.First(key => key is < 0 or > LargestClass)}")}.");
        }

        using TensorScope scope = new();
        DType result = sampleWeight?.DType ?? dtype;

        // One entry behind the last stands for all other classes.
        int others = weights.Keys.Max() + 1;
        double[] table = new double[others + 1];
        for (int i = 0; i <= others; i++)
            table[i] = weights.GetValueOrDefault(i, 1);
        Tensor classes = ClassesOf(yTrue);
        Tensor limit = Tensor.Scalar((long)others);
        Tensor isOther = RawOps.LogicalOr(classes < Tensor.Scalar(0L), RawOps.Greater(classes, limit));
        Tensor known = HostArrays.ToTensor(table, result, [table.Length]);
        Tensor found = RawOps.GatherV2(known, RawOps.SelectV2(isOther, limit, classes), Tensor.Scalar(0));
        return scope.Keep(sampleWeight is null ? found : LossReduction.Fit("Class weights", sampleWeight, found) * found);
    }

    private static Tensor ClassesOf(Tensor yTrue)
    {
        Tensor values = yTrue;
        if (yTrue.Rank > 1)
        {
            if (yTrue.Shape[-1] != 1)
                return RawOps.ArgMax(yTrue, Tensor.Scalar(-1));
            values = RawOps.Squeeze(yTrue, [-1]);
        }

        return RawOps.Cast(values.DType.IsFloating ? RawOps.Round(values) : values, DType.Int64);
    }
}
