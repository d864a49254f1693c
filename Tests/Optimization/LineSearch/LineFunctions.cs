namespace TfLbfgs.Tests.Optimization;

/// <summary>The one-dimensional functions of <c>lbfgs/linesearch.json</c>, value and derivative.</summary>
internal static class LineFunctions
{
    public static IReadOnlyDictionary<string, Func<double, (double Value, double Slope)>> All { get; } =
        new Dictionary<string, Func<double, (double, double)>>
        {
            ["quadratic"] = x => ((x - 1.3) * (x - 1.3), 2 * (x - 1.3)),
            ["square"] = x => (x * x - 2 * x + 1, 2 * (x - 1)),
            ["two_minima"] = x => (
                0.988 * Math.Pow(x, 5) - 4.96 * Math.Pow(x, 4) + 4.978 * Math.Pow(x, 3) + 5.015 * (x * x) - 6.043 * x - 1,
                4.94 * Math.Pow(x, 4) - 19.84 * Math.Pow(x, 3) + 14.934 * (x * x) + 10.03 * x - 6.043),
            ["window"] = x => Window(x - 1),
            ["rosenbrock_line"] = t => Rosenbrock(-3.0 + 0.5 * t, -4.0 + t),
            ["shifted"] = x => Shifted(x + 0.99999999255000149),
            ["rastrigin"] = x => Rastrigin(x - 0.25),
            ["cut_inf"] = x => Cut(x, double.PositiveInfinity),
            ["cut_nan"] = x => Cut(x, double.NaN),
            ["cut_minus_inf"] = x => Cut(x, double.NegativeInfinity),
            ["abs"] = x => (Math.Abs(x - 0.7), Math.Sign(x - 0.7)),
            ["log_barrier"] = x => x < 3 ? (-x - 0.5 * Math.Log(3 - x), -1 + 0.5 / (3 - x)) : (double.NaN, double.NaN),
            ["linear_down"] = x => (-x, -1.0),
            ["linear_up"] = x => (x, 1.0),
            ["flat"] = _ => (1.0, 0.0),
            ["exp_flat"] = x => (Math.Exp(-x), -Math.Exp(-x)),
            ["quartic_far"] = x => (Math.Pow(x - 1000, 4), 4 * Math.Pow(x - 1000, 3)),
            ["steep"] = x => (1e6 * ((x - 1e-4) * (x - 1e-4)), 2e6 * (x - 1e-4)),
            ["cubic_ends"] = x => (Math.Pow(x, 3) - 3 * x, 3 * x * x - 3),
            ["cosine"] = x => (Math.Cos(3 * x) + 0.1 * x * x - 0.3 * Math.Sin(x), -3 * Math.Sin(3 * x) + 0.2 * x - 0.3 * Math.Cos(x)),
            ["mt1"] = x => (-x / (x * x + 2), (x * x - 2) / ((x * x + 2) * (x * x + 2))),
            ["mt2"] = x => (Math.Pow(x + 0.004, 5) - 2 * Math.Pow(x + 0.004, 4), 5 * Math.Pow(x + 0.004, 4) - 8 * Math.Pow(x + 0.004, 3)),
            ["mt3"] = MoreThuente3,
            ["mt4"] = x => Yanai(x, 0.001, 0.001),
            ["mt5"] = x => Yanai(x, 0.01, 0.001),
            ["mt6"] = x => Yanai(x, 0.001, 0.01),
        };

    private static (double Value, double Slope) Window(double z) =>
        (Math.Exp(-z) - Math.Exp(-z * z), 2 * z * Math.Exp(-z * z) - Math.Exp(-z));

    private static (double Value, double Slope) Rosenbrock(double a, double b) =>
        ((1 - a) * (1 - a) + 100 * ((b - a * a) * (b - a * a)), 0.5 * (2 * (a - 1) + 400 * a * (a * a - b)) + 200 * (b - a * a));

    private static (double Value, double Slope) Shifted(double z) => (1.0 - 2 * z + z * z, -2.0 + 2 * z);

    private static (double Value, double Slope) Rastrigin(double z) =>
        (10.0 + z * z - 10 * Math.Cos(2 * Math.PI * z), 2 * z + 20 * Math.PI * Math.Sin(2 * Math.PI * z));

    private static (double Value, double Slope) Cut(double x, double beyond) =>
        x > 4 ? (beyond, double.NaN) : ((x - 2) * (x - 2), 2 * (x - 2));

    private static (double Value, double Slope) MoreThuente3(double x)
    {
        const double B = 0.01;
        const int W = 39;
        double value = x <= 1 - B ? 1 - x : x >= 1 + B ? x - 1 : (x - 1) * (x - 1) / (2 * B) + B / 2;
        double slope = x <= 1 - B ? -1.0 : x >= 1 + B ? 1.0 : (x - 1) / B;
        double s = W * Math.PI / 2;
        return (value + 2 * (1 - B) / (W * Math.PI) * Math.Sin(s * x), slope + (1 - B) * Math.Cos(s * x));
    }

    private static (double Value, double Slope) Yanai(double x, double b1, double b2)
    {
        double u = Math.Sqrt((1 - x) * (1 - x) + b2 * b2);
        double v = Math.Sqrt(x * x + b1 * b1);
        double g1 = Math.Sqrt(1 + b1 * b1) - b1;
        double g2 = Math.Sqrt(1 + b2 * b2) - b2;
        return (g1 * u + g2 * v, g1 * (x - 1) / u + g2 * x / v);
    }
}
