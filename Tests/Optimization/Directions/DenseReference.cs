using TfLbfgs.Optimization;

namespace TfLbfgs.Tests.Optimization.Directions;

/// <summary>
/// The formulas as the papers print them, in plain C# on small matrices: Urban, Stefanou and Pons (2025), equations 11 to 23, with SR1's
/// theta for the first of the two Broyden members.
/// </summary>
internal sealed class DenseReference(int count)
{
    /// <summary>H; null before the first pair.</summary>
    public double[,]? Matrix { get; private set; }

    /// <summary>What the last update divided by.</summary>
    public double Tau { get; private set; }

    /// <summary>The member of the class that it took.</summary>
    public double Phi { get; private set; }

    public static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    public static double[] Times(double[,] matrix, double[] vector) =>
        [.. Enumerable.Range(0, vector.Length).Select(i => Enumerable.Range(0, vector.Length).Sum(j => matrix[i, j] * vector[j]))];

    public void Start(double[,] matrix) => Matrix = matrix;

    /// <summary>Learns a pair.</summary>
    /// <param name="formula">How.</param>
    /// <param name="s">The step.</param>
    /// <param name="y">The change of the gradient.</param>
    /// <param name="b">s.H^-1 s / s.y</param>
    public void Learn(DenseFormula formula, double[] s, double[] y, double b)
    {
        double sy = Dot(s, y);
        bool first = Matrix is null;
        Matrix ??= Diagonal([.. Enumerable.Repeat(sy / Dot(y, y), count)]);
        double[] hy = Times(Matrix, y);
        double yhy = Dot(y, hy);
        (Tau, Phi) = first ? (1, 1) : Scales(formula, b, yhy / sy);
        double[] v = [.. s.Zip(hy, (p, q) => p / sy - q / yhy)];
        double[,] next = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
                next[i, j] = (Matrix[i, j] - hy[i] * hy[j] / yhy + Phi * yhy * v[i] * v[j]) / Tau + s[i] * s[j] / sy;
        }

        Matrix = next;
    }

    public static double[,] Diagonal(double[] values)
    {
        double[,] matrix = new double[values.Length, values.Length];
        for (int i = 0; i < values.Length; i++)
            matrix[i, i] = values[i];
        return matrix;
    }

    private (double Tau, double Phi) Scales(DenseFormula formula, double b, double h)
    {
        double rhoPlus = Math.Min(1, 1 / b);
        double a = b * h - 1;
        if (formula == DenseFormula.Bfgs)
            return (1, 1);
        if (formula == DenseFormula.SelfScaledBfgs || a <= 1e-12)
            return (rhoPlus, 1);
        double c = Math.Sqrt(a / (1 + a));
        double rhoMinus = Math.Min(1, h * (1 - c));
        double thetaMinus = (rhoMinus - 1) / a;
        double theta;
        if (formula == DenseFormula.SelfScaledBroyden2)
        {
            theta = Math.Max(thetaMinus, Math.Min(1 / rhoMinus, (1 - b) / b));
        }
        else
        {
            double symmetricRankOne = 1 / (1 - b);
            double thetaPlus = Math.Max(1, b * (1 + c));
            theta = b == 1 ? thetaMinus : b > 1 ? Math.Max(thetaMinus, symmetricRankOne) : Math.Min(thetaPlus, symmetricRankOne);
        }

        double sigma = 1 + theta * a;
        double power = Math.Pow(sigma, 1.0 / (1 - count));
        double tau = theta <= 0 ? Math.Min(rhoPlus * power, sigma) : rhoPlus * Math.Min(power, 1 / theta);
        return (tau, (1 - theta) / (1 + a * theta));
    }
}
