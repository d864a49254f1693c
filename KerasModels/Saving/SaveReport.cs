namespace TfLbfgs.Keras.Saving;

/// <summary>What was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">The format, in words.</param>
/// <param name="VariableCount">How many variables were written.</param>
/// <param name="Warnings">What the user should know, each a sentence: which Keras cannot open the file and why, what is not in it.</param>
public sealed record SaveReport(string Path, string Format, int VariableCount, IReadOnlyList<string> Warnings)
{
    /// <summary>A line, then one for each warning.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        string.Join(Environment.NewLine,
            [$"{Path}: {Format}, {VariableCount} variables written", .. Warnings.Select(warning => $"  note: {warning}")]);
}
