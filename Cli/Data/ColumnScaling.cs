namespace TfLbfgs.Cli.Data;

/// <summary>The standardization of columns: <c>(value - mean) / scale</c>.</summary>
/// <param name="Columns">The names of the columns, in the order of the values.</param>
/// <param name="Mean">What is subtracted, one number per column.</param>
/// <param name="Scale">What is divided by, one number per column, never 0.</param>
internal sealed record ColumnScaling(IReadOnlyList<string> Columns, IReadOnlyList<double> Mean, IReadOnlyList<double> Scale)
{
    /// <summary>False when it leaves every number as it is.</summary>
    public bool ChangesValues => Mean.Any(m => m != 0) || Scale.Any(s => s != 1);

    /// <summary>Leaves the columns as they are.</summary>
    public static ColumnScaling Identity(IReadOnlyList<string> columns) =>
        new(columns, [.. Enumerable.Repeat(0.0, columns.Count)], [.. Enumerable.Repeat(1.0, columns.Count)]);

    /// <summary>Mean 0 and population standard deviation 1 on the given rows; a constant column is only centred.</summary>
    public static ColumnScaling Fit(IReadOnlyList<string> columns, Matrix rows)
    {
        double[] mean = new double[columns.Count], scale = new double[columns.Count];
        bool[] varies = new bool[columns.Count];
        for (int row = 0; row < rows.Rows; row++)
        {
            for (int column = 0; column < mean.Length; column++)
            {
                varies[column] |= rows[row, column] != rows[0, column];
                mean[column] += rows[row, column] / rows.Rows;
            }
        }

        // The rounded mean of equal numbers may miss them; then their deviation would count as one.
        for (int column = 0; column < mean.Length; column++)
            mean[column] = varies[column] ? mean[column] : rows[0, column];
        for (int row = 0; row < rows.Rows; row++)
        {
            for (int column = 0; column < mean.Length; column++)
                scale[column] += (rows[row, column] - mean[column]) / rows.Rows * (rows[row, column] - mean[column]);
        }

        for (int column = 0; column < mean.Length; column++)
        {
            double deviation = Math.Sqrt(scale[column]);
            scale[column] = !varies[column] || deviation == 0 || !double.IsFinite(deviation) ? 1 : deviation;
        }

        return new ColumnScaling(columns, mean, scale);
    }

    /// <summary>Standardizes rows.</summary>
    public Matrix Apply(Matrix rows) => Map(rows, (value, column) => (value - Mean[column]) / Scale[column]);

    /// <summary>Undoes <see cref="Apply"/>.</summary>
    public Matrix Undo(Matrix rows) => Map(rows, (value, column) => (value * Scale[column]) + Mean[column]);

    private static Matrix Map(Matrix rows, Func<double, int, double> map)
    {
        double[] values = new double[rows.Values.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = map(rows.Values[i], i % rows.Columns);
        return new Matrix(values, rows.Columns);
    }
}
