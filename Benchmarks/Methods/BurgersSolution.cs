using System.Globalization;

namespace TfLbfgs.Benchmarks.Methods;

/// <summary>The exact solution of Burgers' equation in <c>datasets/burgers.csv</c>: x, t, u by the Cole-Hopf transformation.</summary>
internal static class BurgersSolution
{
    /// <summary>Times and places, [rows, 2], and the values there.</summary>
    public static (double[,] Inputs, double[] Values) Read()
    {
        double[][] rows =
            [.. File.ReadLines(ReferenceFolder.PathOf("datasets", "burgers.csv")).Skip(1)
            .Select(line => line.Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray())];
        double[,] inputs = new double[rows.Length, 2];
        for (int i = 0; i < rows.Length; i++)
            (inputs[i, 0], inputs[i, 1]) = (rows[i][1], rows[i][0]);
        return (inputs, [.. rows.Select(row => row[2])]);
    }
}
