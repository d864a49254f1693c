using TfLbfgs.Functions;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Directions.DenseReference;

namespace TfLbfgs.Tests.Optimization.Directions;

/// <summary>
/// The dense update on the device, eagerly and traced, against the printed formulas in plain C#; and what each formula promises.
/// </summary>
public sealed class DenseMatrixTests : LeakChecked
{
    private readonly Random _random = new(20240);

    public static TheoryData<DenseFormula, int, string> Cases()
    {
        TheoryData<DenseFormula, int, string> cases = [];
        foreach (DenseFormula formula in Enum.GetValues<DenseFormula>())
        {
            foreach (int count in (int[])[1, 2, 3, 6])
                cases.Add(formula, count, "traced");
            cases.Add(formula, 5, "eager");
            cases.Add(formula, 5, "compiled");
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Learn_FortyPairs_IsThePrintedFormulaPositiveDefiniteAndSecant(DenseFormula formula, int count, string how)
    {
        using Dense dense = new(formula, count, DType.Float64, how);
        DenseReference reference = new(count);
        HashSet<(double, double)> scales = [];
        for (int i = 0; i < 40; i++)
        {
            (double[] s, double[] y, double b) = Pair(count, reference);
            double[] gradient = Normal(count);
            reference.Learn(formula, s, y, b);
            scales.Add((reference.Tau, reference.Phi));
            double[] direction = dense.Learn(s, y, b, gradient);
            double[,] matrix = dense.Matrix();
            double size = matrix.Cast<double>().Max(Math.Abs);
            AssertClose(reference.Matrix!, matrix, 1e-7 * size);
            AssertClose([.. Times(reference.Matrix!, gradient).Select(d => -d)], direction, 1e-7 * size * count);
            AssertClose(s, Times(matrix, y), 1e-7 * size * count);
            for (int row = 0; row < count; row++)
            {
                for (int column = 0; column < row; column++)
                    Assert.True(Math.Abs(matrix[row, column] - matrix[column, row]) <= 1e-13 * size);
            }

            Assert.True(IsPositiveDefinite(matrix), $"pair {i}");
            // From here on both go on with the same bits: unrelated pairs make the matrix ill-conditioned, and rounding would add up.
            reference.Start(matrix);
        }

        // Each formula must have been seen at work: a self-scaled one divides, and the Broyden members leave BFGS.
        Assert.Equal(formula != DenseFormula.Bfgs, scales.Any(scale => scale.Item1 < 0.99));
        Assert.Equal(formula >= DenseFormula.SelfScaledBroyden1 && count > 1, scales.Any(scale => Math.Abs(scale.Item2 - 1) > 0.01));
    }

    [Theory]
    [InlineData(DenseFormula.Bfgs)]
    [InlineData(DenseFormula.SelfScaledBfgs)]
    [InlineData(DenseFormula.SelfScaledBroyden1)]
    [InlineData(DenseFormula.SelfScaledBroyden2)]
    public void Learn_InOtherCoordinates_IsTheSameMatrixThere(DenseFormula formula)
    {
        // x = T z: s = T s', y' = T' y, so H = T H' T'. The first matrix, a multiple of the identity, is not invariant, hence seeded.
        const int Count = 4;
        double[,] t = { { 2, 1, 0, -0.5 }, { 0, 0.3, 0.2, 0 }, { 0.1, 0, 5, 1 }, { 0, 0.4, 0, -1.5 } };
        double[,] transposed = Map((i, j) => t[j, i], Count);
        using Dense plain = new(formula, Count, DType.Float64, "traced");
        using Dense other = new(formula, Count, DType.Float64, "traced");
        DenseReference reference = new(Count);
        double[,] identity = Diagonal([1, 1, 1, 1]);
        reference.Start(Product(t, transposed));
        plain.Seed(Product(t, transposed));
        other.Seed(identity);
        for (int i = 0; i < 12; i++)
        {
            (double[] s, double[] y, double b) = Pair(Count, reference);
            reference.Learn(formula, s, y, b);
            plain.Learn(s, y, b, y);
            other.Learn(Solve(t, s), Times(transposed, y), b, y);
        }

        double[,] expected = Product(Product(t, other.Matrix()), transposed);
        AssertClose(expected, plain.Matrix(), 1e-9 * expected.Cast<double>().Max(Math.Abs));
    }

    [Theory]
    [InlineData(DenseFormula.SelfScaledBfgs)]
    [InlineData(DenseFormula.SelfScaledBroyden1)]
    [InlineData(DenseFormula.SelfScaledBroyden2)]
    public void Learn_TauOfAMillionthEachTime_DoesNotOverflow(DenseFormula formula)
    {
        // With one parameter the matrix is s / y for any tau; the factor before it would be 1e1200 in the end, if it were never
        // multiplied into the matrix.
        using Dense dense = new(formula, 1, DType.Float64, "traced");
        for (int i = 0; i < 200; i++)
        {
            double curvature = 1 + i % 3;
            double direction = Assert.Single(dense.Learn([0.5], [0.5 * curvature], 1e6, [3]));
            Assert.Equal(-3 / curvature, direction, 1e-6);
        }
    }

    [Theory]
    [InlineData(DenseFormula.Bfgs)]
    [InlineData(DenseFormula.SelfScaledBroyden2)]
    public void Learn_Float32Vectors_KeepsAFloat64Matrix(DenseFormula formula)
    {
        using Dense dense = new(formula, 6, DType.Float32, "traced");
        DenseReference reference = new(6);
        for (int i = 0; i < 30; i++)
        {
            (double[] s, double[] y, double b) = Pair(6, reference);
            s = [.. s.Select(d => (double)(float)d)];
            y = [.. y.Select(d => (double)(float)d)];
            reference.Learn(formula, s, y, b);
            dense.Learn(s, y, b, y);
            double[,] matrix = dense.Matrix();
            AssertClose(reference.Matrix!, matrix, 1e-9 * matrix.Cast<double>().Max(Math.Abs));
            reference.Start(matrix);
        }
    }

    [Fact]
    public void Clear_AfterPairs_StartsAnewFromTheNextOne()
    {
        using Dense dense = new(DenseFormula.SelfScaledBroyden2, 4, DType.Float64, "traced");
        for (int round = 0; round < 3; round++)
        {
            DenseReference reference = new(4);
            for (int i = 0; i < 5; i++)
            {
                (double[] s, double[] y, double b) = Pair(4, reference);
                reference.Learn(DenseFormula.SelfScaledBroyden2, s, y, b);
                dense.Learn(s, y, b, y);
            }

            AssertClose(reference.Matrix!, dense.Matrix(), 1e-9 * reference.Matrix!.Cast<double>().Max(Math.Abs));
            dense.Direction.Clear();
            Assert.True(dense.Direction.IsEmpty);
        }
    }

    [Theory]
    [InlineData(3, 12, InverseScaling.Diagonal, false)]
    [InlineData(8, 5, InverseScaling.Diagonal, false)]
    [InlineData(4, 11, InverseScaling.Scalar, false)]
    [InlineData(4, 9, InverseScaling.Diagonal, true)]
    public void Value_OfPairs_IsTheMatrixTheyApply(int length, int learnt, InverseScaling scaling, bool isFloat32)
    {
        const int Count = 6;
        DType dtype = isFloat32 ? DType.Float32 : DType.Float64;
        using PairHistory pairs = new(length, Count, dtype, scaling);
        using TensorScope scope = new();
        for (int i = 0; i < learnt; i++)
        {
            (double[] s, double[] y, _) = Pair(Count, null);
            Tensor[] own = pairs.Reserve(Scalars(s, y, 1));
            (Tensor step, Tensor change) = (Vector(s, dtype), Vector(y, dtype));
            pairs.Store(step, change, own);
            pairs.Learn(step, change, change, own);
        }

        double[] flat = pairs.Value.ToArray<double>();
        double[,] matrix = Map((i, j) => flat[i * Count + j], Count);
        double size = flat.Max(Math.Abs);
        for (int i = 0; i < 4; i++)
        {
            double[] gradient = Normal(Count);
            AssertClose([.. pairs.Apply(Vector(gradient, dtype), []).ToDoubles().Select(d => -d)], Times(matrix, gradient),
                (isFloat32 ? 1e-4 : 1e-11) * size * Count);
        }

        AssertClose(Map((i, j) => matrix[j, i], Count), matrix, 0);
        Assert.True(IsPositiveDefinite(matrix));
    }

    /// <summary>A pair of positive curvature, and b as it would be for s = -a H g: s.H^-1 s / s.y.</summary>
    private (double[] S, double[] Y, double B) Pair(int count, DenseReference? reference)
    {
        double[] s = Normal(count);
        double size = Math.Pow(10, 2 * _random.NextDouble() - 1);
        double[] y = [.. s.Select((d, i) => size * d * (1 + i) + 0.2 * s[(i + 1) % count])];
        if (Dot(s, y) <= 0)
            y = [.. s];
        double b = reference?.Matrix is { } matrix ? Dot(s, Solve(matrix, s)) / Dot(s, y) : 1;
        return (s, y, b);
    }

    private double[] Normal(int count) =>
        [.. Enumerable.Range(0, count)
        .Select(_ => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()))];

    private static PairScalars Scalars(double[] s, double[] y, double b) => new(Dot(s, y), Dot(s, s), Dot(y, y), -b * Dot(s, y) / 0.5, 0.5);

    private static Tensor Vector(double[] values, DType dtype) =>
        dtype == DType.Float32 ? Tensor.From(Array.ConvertAll(values, value => (float)value)) : Tensor.From(values);

    private static double[,] Map(Func<int, int, double> entry, int count)
    {
        double[,] matrix = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
                matrix[i, j] = entry(i, j);
        }

        return matrix;
    }

    private static double[,] Product(double[,] a, double[,] b) =>
        Map((i, j) => Enumerable.Range(0, a.GetLength(0)).Sum(k => a[i, k] * b[k, j]), a.GetLength(0));

    /// <summary>Gauss with row exchanges.</summary>
    private static double[] Solve(double[,] matrix, double[] right)
    {
        int n = right.Length;
        double[,] a = (double[,])matrix.Clone();
        double[] x = [.. right];
        for (int k = 0; k < n; k++)
        {
            int pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(a[i, k]));
            for (int j = 0; j < n; j++)
                (a[k, j], a[pivot, j]) = (a[pivot, j], a[k, j]);
            (x[k], x[pivot]) = (x[pivot], x[k]);
            for (int i = k + 1; i < n; i++)
            {
                double factor = a[i, k] / a[k, k];
                for (int j = k; j < n; j++)
                    a[i, j] -= factor * a[k, j];
                x[i] -= factor * x[k];
            }
        }

        for (int i = n - 1; i >= 0; i--)
            x[i] = (x[i] - Enumerable.Range(i + 1, n - 1 - i).Sum(j => a[i, j] * x[j])) / a[i, i];
        return x;
    }

    private static bool IsPositiveDefinite(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        double[,] root = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double rest = matrix[i, j] - Enumerable.Range(0, j).Sum(k => root[i, k] * root[j, k]);
                if (i == j && !(rest > 0))
                    return false;
                root[i, j] = i == j ? Math.Sqrt(rest) : rest / root[j, j];
            }
        }

        return true;
    }

    private static void AssertClose(double[,] expected, double[,] received, double tolerance) =>
        AssertClose([.. expected.Cast<double>()], [.. received.Cast<double>()], tolerance);

    private static void AssertClose(double[] expected, double[] received, double tolerance)
    {
        double worst = expected.Zip(received, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= tolerance, $"off by {worst:G3}, allowed {tolerance:G3}");
    }

    /// <summary>A matrix with the functions that the kernel would trace it into.</summary>
    private sealed class Dense : IDisposable
    {
        private readonly DType _dtype;
        private readonly int _count;
        private readonly bool _storesEagerly;
        private readonly Function? _learn;

        public Dense(DenseFormula formula, int count, DType dtype, string how)
        {
            _dtype = dtype;
            _count = count;
            Direction = new DenseMatrix(formula, count, dtype, capsFirstTrial: false);
            _storesEagerly = how != "traced";
            if (how != "eager")
                _learn = new Function(inputs => [Body(inputs)], new FunctionOptions { Compile = how == "compiled" });
        }

        public DenseMatrix Direction { get; }

        public double[] Learn(double[] step, double[] change, double b, double[] gradient)
        {
            using TensorScope scope = new();
            Tensor[] own = Direction.Reserve(Scalars(step, change, b));
            Tensor[] inputs = [Vector(step, _dtype), Vector(change, _dtype), Vector(gradient, _dtype), .. own];
            if (_storesEagerly)
                Direction.Store(inputs[0], inputs[1], own);
            Tensor direction = _learn is null ? Body(inputs) : _learn.Call(inputs)[0];
            Assert.Equal(_dtype, direction.DType);
            return direction.ToDoubles();
        }

        public double[,] Matrix()
        {
            using TensorScope scope = new();
            double[] flat = Direction.Value.ToArray<double>();
            return Map((i, j) => flat[i * _count + j], _count);
        }

        public void Seed(double[,] matrix)
        {
            using Tensor tensor = Tensor.From<double>([.. matrix.Cast<double>()], [_count, _count]);
            Direction.Seed(tensor);
        }

        public void Dispose()
        {
            _learn?.Dispose();
            Direction.Dispose();
        }

        private Tensor Body(Tensor[] inputs)
        {
            if (!_storesEagerly)
                Direction.Store(inputs[0], inputs[1], inputs.AsSpan(3));
            return Direction.Learn(inputs[0], inputs[1], inputs[2], inputs.AsSpan(3));
        }
    }
}
