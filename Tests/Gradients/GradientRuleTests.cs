using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>Rules that Python lacks, and derivatives that it gets wrong: what was recorded from Python cannot check them.</summary>
public class GradientRuleTests : LeakChecked
{
    private static readonly Dictionary<string, (Func<Tensor, Tensor> F, Func<Tensor> X)> Cases = new()
    {
        ["Lu"] = (x => RawOps.Lu(x).Lu, () => Matrix(2, 3, 3)),
        ["MatrixLogarithm"] =
            (RawOps.MatrixLogarithm, () => RawOps.Cast(Matrix(2, 2) + 3.0 * Tensor.From<double>([1, 0, 0, 1], [2, 2]), DType.Complex128)),
        ["CholeskyGrad, factor"] =
            (x => RawOps.CholeskyGrad(RawOps.MatrixBandPart(x, Tensor.Scalar(-1L), Tensor.Scalar(0L)),
            DifferenceQuotient.Direction(x, 3.7)), () => Matrix(3, 3)),
        ["Eig, projections"] = (x =>
        {
            // v v^-1 does not depend on the phases of the vectors.
            RawOps.EigOutputs eig = RawOps.Eig(x, DType.Complex128);
            return RawOps.Real(
                RawOps.BatchMatMulV2(eig.V * RawOps.ExpandDims(RawOps.Sin(eig.E), Tensor.Scalar(-2)), RawOps.MatrixInverse(eig.V)),
                DType.Float64);
        }, () => Matrix(3, 3)),
        ["Svd, complex"] = (x =>
        {
            RawOps.SvdOutputs svd = RawOps.Svd(x);
            Tensor middle = svd.S * svd.S * svd.S;
            return RawOps.BatchMatMulV2(svd.U * RawOps.ExpandDims(middle, Tensor.Scalar(-2)), svd.V, false, true);
        }, () => RawOps.Complex(Matrix(3, 2), Matrix(3, 2) * 0.3 - 0.4, DType.Complex128)),
        ["SelfAdjointEigV2, complex"] = (x =>
        {
            RawOps.SelfAdjointEigV2Outputs eig = RawOps.SelfAdjointEigV2(RawOps.BatchMatMulV2(x, x, false, true));
            return RawOps.BatchMatMulV2(eig.V * RawOps.ExpandDims(RawOps.Sqrt(eig.E), Tensor.Scalar(-2)), eig.V, false, true);
        }, () => RawOps.Complex(Matrix(3, 3), Matrix(3, 3) * 0.3 - 0.4, DType.Complex128)),
        ["Qr, rows 4, columns 2, complex"] =
            (x => RawOps.Qr(x).R, () => RawOps.Complex(Matrix(4, 2), Matrix(4, 2) * 0.3 - 0.4, DType.Complex128)),
        ["MatrixSolveLs, slow"] = (x => RawOps.MatrixSolveLs(x, Matrix(4, 2), Tensor.Scalar(0.0), fast: false), () => Matrix(4, 3)),
        ["RFFT3D"] = (x => RawOps.RFFT3D(x, Tensor.From([2, 3, 4]), DType.Complex128), () => Matrix(2, 3, 4)),
        ["IRFFT3D"] =
            (x => RawOps.IRFFT3D(x, Tensor.From([2, 3, 5]), DType.Float64),
            () => RawOps.Complex(Matrix(2, 3, 3), Matrix(2, 3, 3) - 0.5, DType.Complex128)),
        ["RFFT2D, shorter than the input"] = (x => RawOps.RFFT2D(x, Tensor.From([2, 3]), DType.Complex128), () => Matrix(3, 4)),
        ["SparseDenseCwiseAdd"] = (x => RawOps.SparseDenseCwiseAdd(
            Tensor.From<long>([0, 0, 1, 2], [2, 2]), Tensor.From([1.0, 2.0]), Tensor.From<long>([2, 3], [2]), RawOps.Square(x)),
                () => Matrix(2, 1)),
        ["IgammaGradA"] = (x => RawOps.IgammaGradA(Tensor.Scalar(1.7), x), () => Matrix(3)),
        ["SparseSegmentMeanGrad"] =
            (x => RawOps.Square(
            RawOps.SparseSegmentMeanGrad(RawOps.Square(x), Tensor.From([0, 2, 2]), Tensor.From([0, 0, 1]), Tensor.Scalar(4))),
            () => Matrix(2, 2)),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [CoversOps(OpNames.SparseDenseCwiseAdd)]
    [Theory]
    [MemberData(nameof(Names))]
    public void Rule_BeyondPython_IsTheDerivative(string name)
    {
        using TensorScope scope = new();
        var (f, make) = Cases[name];
        Tensor x = make();
        Tensor weight = DifferenceQuotient.Direction(f(x), 5.3), along = DifferenceQuotient.Direction(x, 8.1);
        var (first, second) = Derive(f, x, weight, along);
        Assert.True(DifferenceQuotient.AssertGradient(at => DifferenceQuotient.Inner(f(at[0]), weight), [x], 0, first, 1e-6,
            $"{name}, first order") > 0);
        Assert.True(DifferenceQuotient.AssertGradient(
            at => DifferenceQuotient.Inner(Derive(f, at[0], weight, along).First, along), [x], 0, second!, 1e-5,
                $"{name}, second order") > 0);
        using Function function = new(given =>
        {
            var (tracedFirst, tracedSecond) = Derive(f, given[0], given[1], given[2]);
            return [tracedFirst, tracedSecond!];
        });
        Tensor[] traced = function.Call(x, weight, along);
        KnownDifferences.AssertEqual([first, second], traced, isSingle: false, name);
    }

    [CoversOps(OpNames.SparseSparseMaximum, OpNames.SparseSparseMinimum)]
    [Fact]
    public void SparseSparseMaximum_OfOverlappingEntries_GivesTheGradientToTheChosenOne()
    {
        using TensorScope scope = new();
        Tensor a = Tensor.From<long>([0, 1, 3], [3, 1]), b = Tensor.From<long>([1, 2, 3], [3, 1]), shape = Tensor.From<long>([5], [1]);
        Tensor x = Tensor.From([1.0, 2.0, -3.0]), y = Tensor.From([4.0, -1.0, -5.0]);
        // Largest: x0, y1, 0 (y2 is negative), x3; smallest: 0, x1, y2, y3.
        using GradientTape tape = new(persistent: true);
        tape.Watch(x);
        tape.Watch(y);
        Tensor largest = RawOps.Square(RawOps.SparseSparseMaximum(a, x, shape, b, y, shape).OutputValues);
        Tensor smallest = RawOps.Square(RawOps.SparseSparseMinimum(a, x, shape, b, y, shape).OutputValues);
        AssertOrders([[2, 0, -6], [8, 0, 0]], [tape.Gradient(largest, x).ToDoubles(), tape.Gradient(largest, y).ToDoubles()]);
        AssertOrders([[0, 4, 0], [0, -2, -10]], [tape.Gradient(smallest, x).ToDoubles(), tape.Gradient(smallest, y).ToDoubles()]);
    }

    [CoversOps(OpNames.RaggedFillEmptyRows)]
    [Fact]
    public void RaggedFillEmptyRows_OfValues_GivesTheRestToTheDefault()
    {
        using TensorScope scope = new();
        Tensor rows = Tensor.From<long>([0, 2, 2], [3]), values = Tensor.From([1.0, 2.0, 3.0]), otherwise = Tensor.Scalar(5.0);
        using GradientTape tape = new(persistent: true);
        tape.Watch(values);
        tape.Watch(otherwise);
        Tensor filled = RawOps.Square(RawOps.RaggedFillEmptyRows(rows, values, Tensor.Scalar(4L), otherwise).OutputValues);
        AssertOrders([[2, 4, 6], [20]], [tape.Gradient(filled, values).ToDoubles(), tape.Gradient(filled, otherwise).ToDoubles()]);
    }

    [CoversOps(OpNames.ResourceGatherNd)]
    [Fact]
    public void ResourceGatherNd_OfVariable_AddsIntoItsPlaces()
    {
        using TensorScope scope = new();
        using Variable variable = new(Tensor.From<double>([1, 2, 3, 4], [2, 2]));
        Tensor indices = Tensor.From([0, 1, 1, 0, 0, 1], [3, 2]);
        using GradientTape tape = new();
        tape.Watch(variable);
        Tensor taken = RawOps.Square(RawOps.ResourceGatherNd(variable.Handle, indices, DType.Float64));
        AssertOrders([[0, 8, 6, 0]], [tape.Gradient(taken, variable).ToDoubles()]);
    }

    /// <summary>Orders 0 to 4 of x^1 at 0, which a loss of powers meets on the boundary.</summary>
    [Fact]
    public void Pow_OfExponentOneAtZero_HasZeroDerivativesFromTheSecondOn()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([0.0, 2.0]);
        AssertOrders([[1, 1], [0, 0], [0, 0], [0, 0]], Orders(x, t => RawOps.Pow(t, Tensor.Scalar(1.0)), 4));
    }

    /// <summary>x (1 - x) (x + 2) = 2x - x^2 - x^3: at 0 the derivatives are 2, -2, -6.</summary>
    [Fact]
    public void Prod_OfDistancesOnTheBoundary_HasTheRightDerivatives()
    {
        using TensorScope scope = new();
        double[][] orders = Orders(Tensor.Scalar(0.0), t => RawOps.Prod(RawOps.Pack([t, 1 - t, t + 2]), Tensor.Scalar(0)), 4);
        AssertOrders([[2], [-2], [-6], [0]], orders);
    }

    [Fact]
    public void Cumprod_OfLeadingZero_HasTheProductsOfTheOthers()
    {
        using TensorScope scope = new();
        AssertOrders([[9, 0, 0]], Orders(Tensor.From([0.0, 2.0, 3.0]), t => RawOps.Cumprod(t, Tensor.Scalar(0)), 1));
    }

    [Fact]
    public void Xlogy_AtZero_HasTheLogarithmAsDerivative()
    {
        using TensorScope scope = new();
        Tensor y = Tensor.From([2.0, 0.5]);
        AssertOrders([[Math.Log(2), Math.Log(0.5)]], Orders(Tensor.From([0.0, 0.0]), t => RawOps.Xlogy(t, y), 1));
        AssertOrders([[Math.Log(3), Math.Log(1.5)]], Orders(Tensor.From([0.0, 0.0]), t => RawOps.Xlog1py(t, y), 1));
        AssertOrders([[0.5, 2]], Orders(Tensor.From([0.0, 0.0]), t => RawOps.Xdivy(t, y), 1));
    }

    /// <summary>1 - exp(-x), whose density at 0 is 1.</summary>
    [Fact]
    public void Igamma_OfShapeOneAtZero_HasTheDensityOfTheExponentialDistribution()
    {
        using TensorScope scope = new();
        AssertOrders([[1], [-1]], Orders(Tensor.Scalar(0.0), t => RawOps.Igamma(Tensor.Scalar(1.0), t), 2));
    }

    /// <summary>The sum of the singular values of the identity, and of its eigenvalues, depends on no choice of vectors.</summary>
    [Fact]
    public void Decompositions_OfEqualValues_HaveTheLimitOfWhatDoesNotDependOnTheVectors()
    {
        using TensorScope scope = new();
        Tensor identity = Tensor.From<double>([1, 0, 0, 1], [2, 2]);
        AssertOrders([[1, 0, 0, 1]], Orders(identity, t => RawOps.Svd(t).S, 1));
        AssertOrders([[1, 0, 0, 1]], Orders(identity, t => RawOps.SelfAdjointEigV2(t).E, 1));
    }

    [Fact]
    public void Igamma_SecondOrderInA_IsRefusedWithAReason()
    {
        using TensorScope scope = new();
        TfLbfgsException exception =
            Assert.Throws<TfLbfgsException>(() => Orders(Tensor.Scalar(1.5), t => RawOps.Igamma(t, Tensor.Scalar(1.0)), 2));
        Assert.Contains("with respect to a", exception.Message, StringComparison.Ordinal);
    }

    private static void AssertOrders(double[][] expected, double[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int order = 0; order < expected.Length; order++)
        {
            Assert.Equal(expected[order].Length, actual[order].Length);
            for (int i = 0; i < expected[order].Length; i++)
                Assert.True(Math.Abs(expected[order][i] - actual[order][i]) <= 1e-12,
                    $"order {order + 1}, [{i}]: expected {expected[order][i]}, received {actual[order][i]}");
        }
    }

    private static Tensor Matrix(params int[] dims)
    {
        int count = dims.Aggregate(1, (product, dim) => product * dim);
        return Tensor.From<double>([.. Enumerable.Range(0, count).Select(i => 1.2 + Math.Sin(2.3 * i * i + 0.7))], dims);
    }

    /// <summary>The gradients of the sum of a function, of order 1 and above, each of the sum of the one before.</summary>
    private static double[][] Orders(Tensor x, Func<Tensor, Tensor> f, int count)
    {
        List<double[]> orders = [];
        Tensor Order(int order)
        {
            if (order == 0)
                return f(x);
            using GradientTape tape = new();
            tape.Watch(x);
            Tensor lower = Order(order - 1);
            Tensor gradient = tape.GradientOrNull(lower, x) ?? RawOps.ZerosLike(x);
            orders.Add(gradient.ToDoubles());
            return gradient;
        }

        Order(count);
        return [.. orders];
    }

    private static (Tensor First, Tensor? Second) Derive(Func<Tensor, Tensor> f, Tensor x, Tensor weight, Tensor along)
    {
        using GradientTape outer = new();
        outer.Watch(x);
        Tensor first;
        using (GradientTape inner = new())
        {
            inner.Watch(x);
            first = inner.Gradient(f(x), x, weight);
        }

        return (first, outer.GradientOrNull(first, x, along) ?? RawOps.ZerosLike(x));
    }
}
