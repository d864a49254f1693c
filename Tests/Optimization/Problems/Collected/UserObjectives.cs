using TfLbfgs.Tensors;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;
using static TfLbfgs.Tests.Optimization.Problems.Collected.CollectedFamily;

namespace TfLbfgs.Tests.Optimization.Problems.Collected;

/// <summary>
/// Objectives of the kind users have: regressions and networks on the data sets, and physics-informed networks of several equations.
/// </summary>
internal static class UserObjectives
{
    public static IReadOnlyList<CollectedFamily> Families { get; } =
    [
        new("users_logistic", Constant(0), x => Logistic(DataTable.BreastCancer.Standardized.WithOnes(), x)),
        new("users_logistic_unscaled", Constant(0), x => Logistic(DataTable.BreastCancer.WithOnes(), x)),
        new("users_softmax", Constant(0), Softmax),
        new("users_poisson", Constant(0), x =>
        {
            DataTable table = DataTable.Diabetes.Standardized.WithOnes();
            Tensor eta = Times(table.Tensor, x);
            return Mean(Exp(eta) - Vector(table.Targets) * eta);
        }),
        new("users_cauchy", Constant(0), x =>
        {
            DataTable table = DataTable.Diabetes.Standardized.WithOnes();
            return Mean(RawOps.Log1p(Square(Times(table.Tensor, x) - Vector(table.StandardizedTargets))));
        }),
        new("users_factorization", Hashed(0.7), x =>
        {
            Tensor values = Matrix(30, 20, (i, j) => Math.Sin(i * j / 20.0) + 0.1 * Math.Cos(i + 2 * j));
            Tensor product = RawOps.MatMul(Shaped(x[..90], 30, 3), Shaped(x[90..], 20, 3), transposeB: true);
            return MeanOf(Square(values - product)) + 1e-3 * SumOfSquares(x);
        }),
        new("users_classifier", Hashed(0.3), Classifier),
        new("users_two_losses", Hashed(0.3), TwoLosses),
        new("users_autoencoder", Hashed(0.2), Autoencoder),
        new("users_pinn_oscillator", Hashed(1), Oscillator),
        new("users_pinn_reaction", Hashed(1), Reaction),
        new("users_pinn_heat", Hashed(1), Heat),
    ];

    private static Tensor Shaped(Tensor x, params int[] shape) => RawOps.Reshape(x, Tensor.From(shape));

    private static Tensor MeanOf(Tensor x) => RawOps.Mean(x, Tensor.From([0, 1]));

    private static Tensor Cross(Tensor logits, double[] labels) => Mean(RawOps.Softplus(logits) - Vector(labels) * logits);

    private static Tensor Logistic(DataTable table, Tensor x) => Cross(Times(table.Tensor, x), table.Targets) + 1e-3 * SumOfSquares(x);

    private static Tensor Softmax(Tensor x)
    {
        DataTable table = DataTable.Digits.First(500).DividedBy(16).WithOnes();
        Tensor z = RawOps.MatMul(table.Tensor, Shaped(x, 65, 10));
        Tensor axis = Tensor.From([1]);
        Tensor top = RawOps.StopGradient(RawOps.Max(z, axis, keepDims: true));
        Tensor all = RawOps.Log(RawOps.Sum(Exp(z - top), axis, keepDims: true)) + top;
        Tensor labels = Matrix(500, 10, (i, j) => table.Targets[i - 1] == j - 1 ? 1 : 0);
        return Mean(RawOps.Sum(labels * (all - z), axis)) + 1e-3 * SumOfSquares(x);
    }

    private static Tensor Classifier(Tensor x)
    {
        DataTable table = DataTable.BreastCancer.Standardized;
        Tensor h = RawOps.Tanh(RawOps.MatMul(table.Tensor, Shaped(x[..480], 30, 16)) + x[480..496]);
        return Cross(Times(h, x[496..512]) + x[512], table.Targets);
    }

    private static Tensor TwoLosses(Tensor x)
    {
        DataTable table = DataTable.Diabetes.Standardized;
        Tensor h = RawOps.Tanh(RawOps.MatMul(table.Tensor, Shaped(x[..200], 10, 20)) + x[200..220]);
        Tensor shared = RawOps.Tanh(RawOps.MatMul(h, Shaped(x[220..380], 20, 8)));
        Tensor left = Matrix(8, 1, (i, _) => i <= 4 ? 1 : 0);
        Tensor regression = RawOps.Squeeze(RawOps.MatMul(shared, left), [1]) + x[380];
        Tensor z = RawOps.Squeeze(RawOps.MatMul(shared, 1 - left), [1]) + x[381];
        double[] labels = [.. table.Targets.Select(target => target > 140 ? 1.0 : 0)];
        return Mean(Square(regression - Vector(table.StandardizedTargets))) + 0.5 * Cross(z, labels);
    }

    private static Tensor Autoencoder(Tensor x)
    {
        Tensor a = DataTable.Digits.First(300).DividedBy(16).Tensor;
        Tensor h = RawOps.Tanh(RawOps.MatMul(a, Shaped(x[..1024], 64, 16)) + x[1024..1040]);
        return MeanOf(Square(RawOps.Sigmoid(RawOps.MatMul(h, Shaped(x[1040..2064], 16, 64)) + x[2064..]) - a));
    }

    /// <summary>u' = v, v' = -u - 0.1 v on [0, 6], u(0) = 1, v(0) = 0.</summary>
    private static Tensor Oscillator(Tensor x)
    {
        Fields inside = new(x, Points(60, 6));
        Fields start = new(x, Points(2, 1));
        return Mean(Square(inside.SlopeOfU - inside.V)) + Mean(Square(inside.SlopeOfV + inside.U + 0.1 * inside.V))
            + 10 * Square(start.U[0] - 1) + 10 * Square(start.V[0]);
    }

    /// <summary>-u'' + v = sin(pi x), -v'' + u v = 1 on [0, 1], u = v = 0 at both ends.</summary>
    private static Tensor Reaction(Tensor x)
    {
        Tensor t = Points(50, 1);
        Fields inside = new(x, t);
        Fields ends = new(x, Points(2, 1));
        return Mean(Square(inside.V - inside.CurvatureOfU - Sin(Math.PI * RawOps.Squeeze(t, [1]))))
            + Mean(Square(inside.U * inside.V - inside.CurvatureOfV - 1)) + 10 * SumOfSquares(ends.U) + 10 * SumOfSquares(ends.V);
    }

    /// <summary>u_t = 0.1 u_xx on [0, 1] x [0, 1], u(x, 0) = sin(pi x), u = 0 at both ends.</summary>
    private static Tensor Heat(Tensor x)
    {
        const int count = 12;
        Tensor w = Shaped(x[..60], 2, 30);
        Tensor p = x[90..120];
        Tensor Hidden(Tensor points) => RawOps.Tanh(RawOps.MatMul(points, w) + x[60..90]);
        Tensor U(Tensor points) => Times(Hidden(points), p) + x[120];
        double At(int k) => k / (count - 1.0);
        Tensor h = Hidden(Matrix(count * count, 2, (i, j) => At(j == 1 ? (i - 1) / count : (i - 1) % count)));
        Tensor first = 1 - h * h;
        Tensor residual = Times(first * w[1] + 0.2 * h * first * w[0] * w[0], p);
        Tensor line = Matrix(count, 2, (i, j) => j == 1 ? At(i - 1) : 0);
        Tensor sides = Matrix(2 * count, 2, (i, j) => j == 1 ? (i > count ? 1 : 0) : At((i - 1) % count));
        Tensor initial = Sequence(count, i => Math.Sin(Math.PI * At(i - 1)));
        return Mean(Square(residual)) + 10 * Mean(Square(U(line) - initial)) + 10 * Mean(Square(U(sides)));
    }

    private static Tensor Points(int count, double end) => Matrix(count, 1, (i, _) => end * (i - 1) / (count - 1));

    /// <summary>Two functions of one variable from one hidden layer of 20 units, with their derivatives.</summary>
    private sealed class Fields
    {
        private readonly Tensor _hidden;
        private readonly Tensor _weights;
        private readonly Tensor _toU;
        private readonly Tensor _toV;

        public Fields(Tensor x, Tensor points)
        {
            _weights = x[..20];
            (_toU, _toV) = (x[40..60], x[60..80]);
            _hidden = RawOps.Tanh(points * _weights + x[20..40]);
            (U, V) = (Times(_hidden, _toU) + x[80], Times(_hidden, _toV) + x[81]);
        }

        public Tensor U { get; }

        public Tensor V { get; }

        public Tensor SlopeOfU => Times(Slope, _toU);

        public Tensor SlopeOfV => Times(Slope, _toV);

        public Tensor CurvatureOfU => Times(-2 * _hidden * Slope * _weights, _toU);

        public Tensor CurvatureOfV => Times(-2 * _hidden * Slope * _weights, _toV);

        private Tensor Slope => (1 - _hidden * _hidden) * _weights;
    }
}
