using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace TfLbfgs.Cli.Data;

/// <summary>A table divided into inputs and targets, and into rows to train on and rows to validate with.</summary>
internal sealed record TrainingData(
    IReadOnlyList<string> InputColumns, IReadOnlyList<string> TargetColumns, Matrix Inputs, Matrix Targets, Matrix ValidationInputs,
        Matrix ValidationTargets)
{
    public int Rows => Targets.Rows;

    public int ValidationRows => ValidationTargets.Rows;

    /// <summary>Reads a table; the last fraction of its rows is for validation.</summary>
    /// <exception cref="TfLbfgsException">The table is not as expected, or no row or no input is left.</exception>
    public static TrainingData Read(string path, ColumnChoice columns, double validationSplit)
    {
        using DataTable table = DataTable.Open(path);
        int[] targets = columns.TargetsOf(table), inputs = columns.InputsOf(table);
        Matrix all = table.Read([.. inputs, .. targets]);
        int validation = Math.Min((int)Math.Floor(all.Rows * validationSplit), all.Rows - 1), training = all.Rows - validation;
        if (validationSplit > 0 && validation == 0)
            throw new TfLbfgsException($"--validation-split: expected a fraction that leaves at least one of the {all.Rows} rows of "
                + $"{path} for validation and one for training, received {validationSplit:R}.");
        Matrix x = all.ColumnRange(0, inputs.Length), y = all.ColumnRange(inputs.Length, targets.Length);
        return new TrainingData(
            [.. inputs.Select(i => table.Columns[i])], [.. targets.Select(i => table.Columns[i])], x.RowRange(0, training),
                y.RowRange(0, training), x.RowRange(training, validation),
            y.RowRange(training, validation));
    }

    /// <summary>The same data on the scale on which the model is trained.</summary>
    public TrainingData Apply(Scaling scaling) => this with
    {
        Inputs = scaling.Inputs.Apply(Inputs),
        ValidationInputs = scaling.Inputs.Apply(ValidationInputs),
        Targets = scaling.Targets.Apply(Targets),
        ValidationTargets = scaling.Targets.Apply(ValidationTargets),
    };

    /// <summary>A hash of all columns, rows and values: equal for the same data only.</summary>
    public string Fingerprint()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string column in InputColumns.Append("").Concat(TargetColumns))
            hash.AppendData(Encoding.UTF8.GetBytes(column + "\n"));
        foreach (Matrix part in (Matrix[])[Inputs, Targets, ValidationInputs, ValidationTargets])
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{part.Rows} {part.Columns}\n")));
            for (int start = 0; start < part.Values.Length; start += 1 << 20)
                hash.AppendData(MemoryMarshal.AsBytes(part.Values.AsSpan(start, Math.Min(1 << 20, part.Values.Length - start))));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
