using TfLbfgs.Tensors;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>The fits to observations of More, Garbow and Hillstrom 1981.</summary>
internal static class MghFits
{
    public static IReadOnlyDictionary<string, ProblemLoss> Losses { get; } = new Dictionary<string, ProblemLoss>
    {
        ["mgh08_bard"] = Bard,
        ["mgh09_gaussian"] = Gaussian,
        ["mgh10_meyer"] = Meyer,
        ["mgh11_gulf"] = Gulf,
        ["mgh15_kowalik_osborne"] = KowalikOsborne,
        ["mgh17_osborne1"] = (x, data) =>
        {
            Tensor t = Sequence(33, i => 10.0 * (i - 1));
            return SumOfSquares(data["y"] - (x[0] + x[1] * Exp(-t * x[3]) + x[2] * Exp(-t * x[4])));
        },
        ["mgh18_biggs_exp6"] = (x, _) =>
        {
            Tensor t = Sequence(13, i => 0.1 * i);
            Tensor y = Exp(-t) - 5 * Exp(-10 * t) + 3 * Exp(-4 * t);
            return SumOfSquares(x[2] * Exp(-t * x[0]) - x[3] * Exp(-t * x[1]) + x[5] * Exp(-t * x[4]) - y);
        },
        ["mgh19_osborne2"] = (x, data) =>
        {
            Tensor t = Sequence(65, i => (i - 1) / 10.0);
            Tensor Peak(int height, int place, int width) => x[height] * Exp(-(Square(t - x[place]) * x[width]));
            return SumOfSquares(data["y"] - (x[0] * Exp(-t * x[4]) + Peak(1, 8, 5) + Peak(2, 9, 6) + Peak(3, 10, 7)));
        },
    };

    private static Tensor Bard(Tensor x, ProblemData data)
    {
        Tensor y = Vector(0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39);
        Tensor u = Sequence(15, i => i);
        Tensor v = Sequence(15, i => 16 - i);
        Tensor w = Sequence(15, i => Math.Min(i, 16 - i));
        return SumOfSquares(y - (x[0] + u / (v * x[1] + w * x[2])));
    }

    private static Tensor Gaussian(Tensor x, ProblemData data)
    {
        Tensor y = Vector(0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989, 0.3521, 0.2420, 0.1295, 0.0540, 0.0175, 0.0044,
            0.0009);
        Tensor t = Sequence(15, i => (8 - i) / 2.0);
        return SumOfSquares(x[0] * Exp(-x[1] * Square(t - x[2]) / 2) - y);
    }

    private static Tensor Meyer(Tensor x, ProblemData data)
    {
        Tensor y = Vector(34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872);
        Tensor t = Sequence(16, i => 45 + 5 * i);
        return SumOfSquares(x[0] * Exp(x[1] / (t + x[2])) - y);
    }

    private static Tensor Gulf(Tensor x, ProblemData data)
    {
        Tensor t = Sequence(99, i => i / 100.0);
        Tensor y = Sequence(99, i => 25 + Math.Pow(-50 * Math.Log(i / 100.0), 2 / 3.0));
        return SumOfSquares(Exp(-(RawOps.Pow(RawOps.Abs(y - x[1]), x[2]) / x[0])) - t);
    }

    private static Tensor KowalikOsborne(Tensor x, ProblemData data)
    {
        Tensor y = Vector(0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246);
        Tensor u = Vector(4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625);
        return SumOfSquares(y - x[0] * (u * u + u * x[1]) / (u * u + u * x[2] + x[3]));
    }
}
