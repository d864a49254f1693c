namespace TfLbfgs.Cli.Data;

/// <summary>A table divided into inputs and targets, and into rows to train on and rows to validate with.</summary>
internal sealed record TrainingData(
    IReadOnlyList<string> InputColumns, IReadOnlyList<string> TargetColumns, Matrix Inputs, Matrix Targets, Matrix ValidationInputs, Matrix ValidationTargets)
{
    public int Rows => Targets.Rows;

    public int ValidationRows => ValidationTargets.Rows;

    /// <summary>Reads a table; the last fraction of its rows is for validation.</summary>
    /// <exception cref="TfLbfgsException">The table is not as expected, or no row or no input is left.</exception>
    public static TrainingData Read(string path, IReadOnlyList<string> targets, double validationSplit)
    {
        CsvTable table = CsvTable.Open(path);
        int[] targetIndexes = table.IndexesOf(targets, "target");
        int[] inputIndexes = [.. Enumerable.Range(0, table.Columns.Count).Except(targetIndexes)];
        if (inputIndexes.Length == 0)
            throw new TfLbfgsException($"{path}: expected input columns beside the targets {CsvTable.Quote(targets)}, received none.");
        Matrix all = table.Read([.. inputIndexes, .. targetIndexes]);
        int validation = Math.Min((int)Math.Floor(all.Rows * validationSplit), all.Rows - 1), training = all.Rows - validation;
        if (validationSplit > 0 && validation == 0)
            throw new TfLbfgsException($"--validation-split: expected a fraction that leaves at least one of the {all.Rows} rows of {path} for validation and one for training, received {validationSplit:R}.");
        Matrix x = Part(all, 0, inputIndexes.Length), y = Part(all, inputIndexes.Length, targetIndexes.Length);
        return new TrainingData(
            [.. inputIndexes.Select(i => table.Columns[i])], targets, x.RowRange(0, training), y.RowRange(0, training), x.RowRange(training, validation), y.RowRange(training, validation));
    }

    /// <summary>The same data on the scale on which the model is trained.</summary>
    public TrainingData Apply(Scaling scaling) => this with
    {
        Inputs = scaling.Inputs.Apply(Inputs),
        ValidationInputs = scaling.Inputs.Apply(ValidationInputs),
        Targets = scaling.Targets.Apply(Targets),
        ValidationTargets = scaling.Targets.Apply(ValidationTargets),
    };

    private static Matrix Part(Matrix all, int start, int columns)
    {
        double[] values = new double[all.Rows * columns];
        for (int row = 0; row < all.Rows; row++)
            all.Values.AsSpan((row * all.Columns) + start, columns).CopyTo(values.AsSpan(row * columns));
        return new Matrix(values, columns);
    }
}
