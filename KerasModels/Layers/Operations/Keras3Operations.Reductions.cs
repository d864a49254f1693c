using System.Text.Json;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

internal static partial class Keras3Operations
{
    private static void AddReductions(OperationTable table)
    {
        Reduction("All", (x, axes, keep) => Tf.ReduceAll(Tf.Cast(x, DType.Bool), axes, keep));
        Reduction("Any", (x, axes, keep) => Tf.ReduceAny(Tf.Cast(x, DType.Bool), axes, keep));
        Reduction("Max Amax", Tf.ReduceMax);
        Reduction("Min Amin", Tf.ReduceMin);
        Reduction("Sum", (x, axes, keep) => Tf.ReduceSum(Counted(x), axes, keep));
        Reduction("Prod", (x, axes, keep) => Tf.ReduceProd(Counted(x), axes, keep));
        Floating("Mean", Tf.ReduceMean);
        Floating("Std", Tf.Math.ReduceStd);
        Floating("Var", Tf.Math.ReduceVariance);
        Floating("Logsumexp", Tf.ReduceLogSumExp);
        Floating("Median", (x, axes, keep) => OperationFormulas.Quantile(x, 0.5, axes, keep));
        Floating("Nansum", (x, axes, keep) => Tf.ReduceSum(OperationFormulas.WithoutNan(x, 0), axes, keep));
        Floating("Nanprod", (x, axes, keep) => Tf.ReduceProd(OperationFormulas.WithoutNan(x, 1), axes, keep));
        Floating("Nanmax", (x, axes, keep) => Tf.ReduceMax(OperationFormulas.WithoutNan(x, double.NegativeInfinity), axes, keep));
        Floating("Nanmin", (x, axes, keep) => Tf.ReduceMin(OperationFormulas.WithoutNan(x, double.PositiveInfinity), axes, keep));
        Floating("Nanmean", OperationFormulas.NanMean);
        Floating("Nanvar", OperationFormulas.NanVariance);
        Floating("Nanstd", (x, axes, keep) => Tf.Sqrt(OperationFormulas.NanVariance(x, axes, keep)));
        Reduction("Ptp", (x, axes, keep) => Tf.ReduceMax(x, axes, keep) - Tf.ReduceMin(x, axes, keep));
        table.Add("Quantile", "x q", a =>
            OperationFormulas.Quantile(
                Promotion.Floating(a.Tensor("x")), Linear(a, a.Number("q", 0.5)), a.OptionalInts("axis"), a.Flag("keepdims")));
        table.Add("Percentile", "x q", a =>
            OperationFormulas.Quantile(
                Promotion.Floating(a.Tensor("x")), Linear(a, a.Number("q", 50) / 100), a.OptionalInts("axis"), a.Flag("keepdims")));
        table.Add("CountNonzero", "x", a => Tf.Math.CountNonzero(a.Tensor("x"), a.OptionalInts("axis"), dtype: DType.Int32));
        table.Add("Argmax", "x", a => Position(a, Tf.ArgMax));
        table.Add("Argmin", "x", a => Position(a, Tf.ArgMin));
        table.Add("Cumsum", "x", a => Cumulative(a, (x, axis) => Tf.CumSum(x, axis)));
        table.Add("Cumprod", "x", a => Cumulative(a, (x, axis) => Tf.Math.CumProd(x, axis)));
        table.Add("Nancumsum", "x", a => Cumulative(a, (x, axis) => Tf.CumSum(OperationFormulas.WithoutNan(x, 0), axis)));
        table.Add("Nancumprod", "x", a => Cumulative(a, (x, axis) => Tf.Math.CumProd(OperationFormulas.WithoutNan(x, 1), axis)));
        table.Add("Average", "x weights", a =>
        {
            Tensor x = Promotion.Floating(a.Tensor("x"));
            int[]? axes = a.OptionalInts("axis");
            if (a.OptionalTensor("weights", x) is not { } weights)
                return Tf.ReduceMean(x, axes);
            weights = Tf.Cast(weights, x.DType);
            if (weights.Rank == 1 && x.Rank > 1 && axes is [int axis])
                weights = Tf.Reshape(weights, [.. Enumerable.Range(0, x.Rank).Select(i => i == (axis + x.Rank) % x.Rank ? -1L : 1L)]);
            return Tf.ReduceSum(x * weights, axes) / Tf.ReduceSum(weights * Tf.OnesLike(x), axes);
        });
        table.Add("Norm", "x", a =>
            OperationFormulas.Norm(Promotion.Floating(a.Tensor("x")), Order(a), a.OptionalInts("axis"), a.Flag("keepdims")));
        table.AddMany("Moments", "x", a =>
        {
            (Tensor mean, Tensor variance) = Tf.NN.Moments(Promotion.Floating(a.Tensor("x")), a.Ints("axes"), a.Flag("keepdims"));
            return [mean, variance];
        });

        void Reduction(string names, Func<Tensor, int[]?, bool, Tensor> compute) =>
            table.Add(names, "x", a => compute(a.Tensor("x"), a.OptionalInts("axis"), a.Flag("keepdims")));
        void Floating(string name, Func<Tensor, int[]?, bool, Tensor> compute) =>
            Reduction(name, (x, axes, keep) => compute(Promotion.Floating(x), axes, keep));
    }

    // Small integers are summed as int32.
    private static Tensor Counted(Tensor x) => x.DType is DType.Bool or DType.Int8 or DType.Int16 ? Tf.Cast(x, DType.Int32)
        : x.DType is DType.UInt8 or DType.UInt16 ? Tf.Cast(x, DType.UInt32) : x;

    private static double Linear(OperationArguments a, double q) => a.Text("method", "linear") == "linear"
        ? q
        : throw a.Fail($"expected the method 'linear' of a quantile, received '{a.Text("method", "linear")}'.");

    private static Tensor Position(OperationArguments a, Func<Tensor, int, DType, Tensor> compute)
    {
        Tensor x = a.Tensor("x");
        bool keep = a.Flag("keepdims");
        if (a.OptionalInt("axis") is { } axis)
        {
            Tensor found = compute(x, axis, DType.Int32);
            return keep ? Tf.ExpandDims(found, axis) : found;
        }

        Tensor place = compute(Tf.Reshape(x, [-1]), 0, DType.Int32);
        return keep ? Tf.Reshape(place, [.. Enumerable.Repeat(1L, x.Rank)]) : place;
    }

    private static Tensor Cumulative(OperationArguments a, Func<Tensor, int, Tensor> compute)
    {
        Tensor x = Counted(a.Tensor("x"));
        if (a.DType("dtype") is { } dtype)
            x = Tf.Cast(x, dtype);
        return a.OptionalInt("axis") is { } axis ? compute(x, axis) : compute(Tf.Reshape(x, [-1]), 0);
    }

    private static object? Order(OperationArguments a) =>
        a.Find("ord") is { ValueKind: JsonValueKind.String } text && text.GetString() is "fro" or "nuc"
        ? a.Text("ord", "")
        : a.Has("ord") ? a.Number("ord", 2) : null;
}
