namespace TfLbfgs.RawOpsGenerator.Model;

/// <summary>An op without a method.</summary>
/// <param name="Name">The op.</param>
/// <param name="Reason">Why it has none.</param>
internal sealed record LeftOutOp(string Name, string Reason);
