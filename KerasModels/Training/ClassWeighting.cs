using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>Weights of samples by their class, as Keras makes them.</summary>
internal static class ClassWeighting
{
    /// <summary>The data with weights of samples, those that are given times those of the classes.</summary>
    /// <exception cref="TfLbfgsException">There are several targets, or a class is negative.</exception>
    public static ObjectiveData Apply(ObjectiveData data, IReadOnlyDictionary<int, double> classWeights)
    {
        if (data.Targets.Count != 1)
            throw new TfLbfgsException($"FitOptions.ClassWeights: expected a model of one output, received {data.Targets.Count} targets. "
                + "Give weights of samples.");
        if (classWeights.Count == 0 || classWeights.Keys.Any(key => key < 0))
            throw new TfLbfgsException(
                $"FitOptions.ClassWeights: expected weights of classes from 0 on, received {string.Join(", ", classWeights.Keys)}.");
        using TensorScope scope = new();
        Tensor target = data.Targets[0];
        if (target.Rank > 1)
            target = target.Shape[-1] == 1 ? RawOps.Squeeze(target, [-1]) : RawOps.ArgMax(target, Tensor.Scalar(-1), DType.Int64);
        Tensor classes = RawOps.Cast(target.DType.IsFloating ? RawOps.Round(target) : target, DType.Int64);
        // The last entry of the table is for all classes that are not named.
        double[] table =
            [.. Enumerable.Range(0, classWeights.Keys.Max() + 2).Select(i => classWeights.TryGetValue(i, out double weight) ? weight : 1)];
        Tensor last = Tensor.Scalar((long)table.Length - 1);
        Tensor known = RawOps.SelectV2(classes < 0, last, RawOps.Minimum(classes, last));
        DType dtype = data.Weights.OfType<Tensor>().FirstOrDefault()?.DType
            ?? (data.Inputs[0].DType == DType.Float64 ? DType.Float64 : DType.Float32);
        Tensor weights = RawOps.GatherV2(HostArrays.ToTensor(table, dtype, Shape.Create([table.Length])), known, Tensor.Scalar(0));
        if (data.Weights.ElementAtOrDefault(0) is { } given)
            weights = given.Rank == weights.Rank ? given * weights : RawOps.Reshape(given, RawOps.Shape(weights)) * weights;
        return new ObjectiveData([.. data.Inputs.Select(x => x.Alias())], [data.Targets[0].Alias()], [weights.Alias()]);
    }
}
