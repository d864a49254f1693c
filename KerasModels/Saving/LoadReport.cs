namespace TfLbfgs.Keras.Saving;

/// <summary>What became of every variable of the model and of every weight of the file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Variables">One entry for each variable, in the order of the model, then one for each weight that only the file has.</param>
/// <param name="Warnings">What the user should know, each a sentence: constraints that are not applied, weights that are not finite, what
/// is not kept.</param>
public sealed record LoadReport(string Path, IReadOnlyList<VariableLoad> Variables, IReadOnlyList<string> Warnings)
{
    /// <summary>How many variables were loaded.</summary>
    public int LoadedCount => Variables.Count(variable => variable.IsLoaded);

    /// <summary>The variables and weights that were not loaded.</summary>
    public IReadOnlyList<VariableLoad> Mismatches => [.. Variables.Where(variable => !variable.IsLoaded)];

    /// <summary>All entries and warnings, a line each.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Join(Environment.NewLine, [
        $"{Path}: {LoadedCount} of {Variables.Count(variable => variable.Variable is not null)} variables loaded",
        .. Variables.Select(variable => $"  {variable}"), .. Warnings.Select(warning => $"  note: {warning}")]);
}
