namespace TfLbfgs.Runtime;

/// <summary>A place where the TensorFlow library was looked for.</summary>
/// <param name="Step">The step of the search, such as <c>vendored archive</c>.</param>
/// <param name="Path">The file or folder.</param>
/// <param name="Outcome">What came of it: loaded, or why not.</param>
public sealed record NativePlace(string Step, string Path, string Outcome);
