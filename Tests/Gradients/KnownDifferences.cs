using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>
/// Where a recorded gradient is Python's and is not the derivative of the op: the rule, by op and kind of input, and why. What is computed
/// here is then compared with
/// differences of the op's own values. docs/reference/differences.md lists them for users.
/// </summary>
internal static class KnownDifferences
{
    private static readonly (string Op, Func<OpCase, bool> Applies, Orders Orders, string Reason)[] Rules =
    [
        ("Sign", HasComplex, Orders.Both, "x / |x| turns with a complex x; Python gives zero"),
        ("SquaredDifference", HasComplex, Orders.Both, "the op is |x - y|^2; Python differentiates (x - y)^2"),
        ("Xlogy", HasComplexOrZero, Orders.Both, "Python does not conjugate, and gives zero for log(y) where x is 0"),
        ("Xlog1py", HasComplexOrZero, Orders.Both, "Python does not conjugate, and gives zero for log1p(y) where x is 0"),
        ("Xdivy", HasComplexOrZero, Orders.Both, "Python does not conjugate, and gives zero for 1 / y where x is 0"),
        ("MulNoNan", HasComplex, Orders.Both, "Python does not conjugate"),
        ("Pow", HasZero, Orders.Both, "y (y - 1) x^(y - 2) is 0 for y = 1, as y x^(y - 1) is for y = 0; Python gives NaN at x = 0"),
        ("EuclideanNorm", HasComplex, Orders.Both, "the norm is real; Python counts the imaginary part of the upstream gradient"),
        ("Cumprod", HasComplexOrZero, Orders.Both, "Python divides by the elements, and does not conjugate"),
        ("Prod", HasComplexOrZero, Orders.Second, "Python's second order goes through its gradient of Cumprod"),
        ("SegmentProd", HasZero, Orders.Second, "Python's first order is not differentiable at zeros"),
        ("UnsortedSegmentProd", HasZero, Orders.Second, "Python's first order is not differentiable at zeros"),
        ("MatrixDiagV2", HasBand, Orders.Both, "the op aligns a band to the left; Python's gradient does not"),
        ("MatrixDiagPartV2", HasBand, Orders.Both, "the op aligns a band to the left; Python's gradient does not"),
        ("MatrixSetDiagV2", HasBand, Orders.Both, "the op aligns a band to the left; Python's gradient does not"),
        ("MatrixDeterminant", HasComplex, Orders.Both, "Python does not conjugate the determinant"),
        ("LogMatrixDeterminant", HasComplex, Orders.Both, "Python ignores that the sign turns, and that the logarithm is real"),
        ("Svd", HasComplex, Orders.Both, "singular values are real; Python counts the imaginary part of their upstream gradient"),
        ("TridiagonalSolve", HasComplex, Orders.Both, "Python does not conjugate"),
        ("MatrixSolveLs", HasComplex, Orders.Both, "Python does not conjugate"),
        ("DynamicStitch", HasOverwrittenRows, Orders.Both,
            "of rows with one index only the last one is in the result; Python gives all of them a gradient"),
        ("FusedBatchNormGrad", IsTraining, Orders.Second, "Python stops a gradient in the formula that it differentiates"),
        ("FusedBatchNormGradV2", IsTraining, Orders.Second, "Python stops a gradient in the formula that it differentiates"),
        ("FusedBatchNormGradV3", IsTraining, Orders.Second, "Python stops a gradient in the formula that it differentiates"),
        ("FakeQuantWithMinMaxArgs", _ => true, Orders.Second,
            "Python lets no second order pass to the upstream gradient, in which the first one is linear"),
        ("FakeQuantWithMinMaxVars", _ => true, Orders.Second,
            "Python lets no second order pass to the upstream gradient, in which the first one is linear"),
        ("FakeQuantWithMinMaxVarsPerChannel", _ => true, Orders.Second,
            "Python lets no second order pass to the upstream gradient, in which the first one is linear"),
        ("SparseAdd", _ => true, Orders.Second,
            "Python lets no second order pass to the upstream gradient, on which the first one depends"),
    ];

    /// <summary>Which gradients differ.</summary>
    public enum Orders
    {
        /// <summary>None.</summary>
        None,

        /// <summary>The second one.</summary>
        Second,

        /// <summary>The first one and the second one.</summary>
        Both,
    }

    /// <summary>Which recorded gradients of a case are not to be compared with, and why.</summary>
    public static Orders Of(OpCase entry)
    {
        foreach (var rule in Rules)
        {
            if (rule.Op == entry.Op && rule.Applies(entry))
                return rule.Orders;
        }

        return Orders.None;
    }

    /// <summary>Compares the first and second gradients of a case with central differences of its values along each input.</summary>
    public static void AssertDerivative(OpCase entry, Tensor[] x, Tensor?[] upstream, Tensor?[] directions)
    {
        var (_, gradients, second, _) = entry.Compute(x, upstream, directions);
        for (int i = 0; i < x.Length; i++)
        {
            if (gradients![i] is null || x[i].DType is not (DType.Float64 or DType.Complex128))
                continue;
            DifferenceQuotient.AssertGradient(
                at => DifferenceQuotient.Inner(entry.Execute(at), upstream), x, i, gradients[i]!, 1e-5, $"{entry.Id}: gradient {i}");
            if (second?[i] is { } found)
            {
                DifferenceQuotient.AssertGradient(
                    at => DifferenceQuotient.Inner(entry.Compute(at, upstream, directions).Gradients!, directions), x, i, found, 1e-4,
                        $"{entry.Id}: second gradient {i}");
            }
        }
    }

    /// <summary>Fails unless gradients in a function are those that were computed eagerly.</summary>
    public static void AssertEqual(Tensor?[]? eager, Tensor?[]? traced, bool isSingle, string what)
    {
        for (int i = 0; eager is not null && i < eager.Length; i++)
        {
            Assert.Equal(eager[i] is null, traced![i] is null);
            if (eager[i] is { } expected)
                Assert.True(Distance(expected, traced[i]!) <= (isSingle || expected.DType == DType.Float32 ? 1e-10 : 1e-16),
                    $"{what} {i}: {expected} eagerly, {traced[i]} traced");
        }
    }

    /// <summary>
    /// The square of the difference, relative to what was expected where that is large. NaN and infinity must be the same.
    /// </summary>
    private static double Distance(Tensor expected, Tensor actual)
    {
        if (!double.IsFinite(DifferenceQuotient.Inner(expected, expected)))
            return expected.ToString() == actual.ToString() ? 0 : double.NaN;
        return DifferenceQuotient.Inner(expected - actual, expected - actual) / Math.Max(1, DifferenceQuotient.Inner(expected, expected));
    }

    private static bool IsTraining(OpCase entry) => entry.Flag("is_training");

    private static bool HasComplex(OpCase entry) => entry.HasComplex;

    private static bool HasZero(OpCase entry) => entry.HasElement(number => number == 0);

    private static bool HasComplexOrZero(OpCase entry) => HasComplex(entry) || HasZero(entry);

    private static bool HasBand(OpCase entry)
    {
        ReferenceTensor k = entry.Inputs.First(input => input.DType == DType.Int32);
        return k.Shape.ElementCount == 2;
    }

    private static bool HasOverwrittenRows(OpCase entry)
    {
        int[] indices = [.. entry.Inputs.Where(input => input.DType == DType.Int32).SelectMany(input => input.ToTensor().ToArray<int>())];
        return indices.Distinct().Count() < indices.Length;
    }
}
