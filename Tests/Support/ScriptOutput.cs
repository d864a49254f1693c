namespace TfLbfgs.Tests.Support;

/// <summary>What a cell gave.</summary>
/// <param name="Printed">What it wrote to the console, with line feeds.</param>
/// <param name="Value">The value of its last expression; null when it ends in a statement.</param>
internal sealed record ScriptOutput(string Printed, object? Value);
