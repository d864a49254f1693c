using System.Globalization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Optimization.Problems.Collected;

/// <summary>A data set of <c>Tests/Reference/datasets</c>: features and the target, its last column.</summary>
internal sealed record DataTable(double[,] Features, double[] Targets)
{
    private static readonly Lazy<DataTable> LazyBreastCancer = new(() => Read("breast_cancer.csv"));
    private static readonly Lazy<DataTable> LazyDiabetes = new(() => Read("diabetes.csv"));
    private static readonly Lazy<DataTable> LazyDigits = new(() => Read("digits.csv"));

    public static DataTable BreastCancer => LazyBreastCancer.Value;

    public static DataTable Diabetes => LazyDiabetes.Value;

    public static DataTable Digits => LazyDigits.Value;

    /// <summary>The features, shape [rows, columns].</summary>
    public Tensor Tensor => TfLbfgs.Tensors.Tensor.From(Features);

    /// <summary>Each column with mean 0 and variance 1; targets as they are.</summary>
    public DataTable Standardized
    {
        get
        {
            (int rows, int columns) = (Features.GetLength(0), Features.GetLength(1));
            double[,] values = new double[rows, columns];
            for (int j = 0; j < columns; j++)
            {
                double[] column = Standardize([.. Enumerable.Range(0, rows).Select(i => Features[i, j])]);
                for (int i = 0; i < rows; i++)
                    values[i, j] = column[i];
            }

            return this with { Features = values };
        }
    }

    public double[] StandardizedTargets => Standardize(Targets);

    public DataTable First(int rows) => new(Make(rows, Features.GetLength(1), (i, j) => Features[i, j]), Targets[..rows]);

    public DataTable DividedBy(double divisor) =>
        this with { Features = Make(Features.GetLength(0), Features.GetLength(1), (i, j) => Features[i, j] / divisor) };

    /// <summary>With a column of ones at the end.</summary>
    public DataTable WithOnes()
    {
        int columns = Features.GetLength(1);
        return this with { Features = Make(Features.GetLength(0), columns + 1, (i, j) => j < columns ? Features[i, j] : 1) };
    }

    private static double[] Standardize(double[] values)
    {
        double mean = values.Average();
        double deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return [.. values.Select(value => (value - mean) / deviation)];
    }

    private static double[,] Make(int rows, int columns, Func<int, int, double> value)
    {
        double[,] values = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                values[i, j] = value(i, j);
        }

        return values;
    }

    private static DataTable Read(string name)
    {
        double[][] rows = [.. File.ReadLines(ReferenceRoot.Require("datasets", name)).Skip(1)
            .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        int columns = rows[0].Length - 1;
        return new DataTable(Make(rows.Length, columns, (i, j) => rows[i][j]), [.. rows.Select(row => row[columns])]);
    }
}
