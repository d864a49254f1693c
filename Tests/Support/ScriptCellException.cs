namespace TfLbfgs.Tests.Support;

/// <summary>A cell of a script does not compile, or threw.</summary>
internal sealed class ScriptCellException(string message, Exception inner) : Exception(message, inner);
