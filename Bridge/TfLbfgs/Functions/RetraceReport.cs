namespace TfLbfgs.Functions;

/// <summary>A function was traced again.</summary>
/// <param name="FunctionName">Which function.</param>
/// <param name="TraceCount">How many traces it has had, this one included.</param>
/// <param name="Signature">The signature of the new trace, such as <c>float64(None, 2)</c>.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record RetraceReport(string FunctionName, int TraceCount, string Signature, string Reason);
