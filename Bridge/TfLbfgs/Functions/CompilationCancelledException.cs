namespace TfLbfgs.Functions;

/// <summary>A call was abandoned while XLA compiled its function.</summary>
/// <param name="cancellation">The token.</param>
internal sealed class CompilationCancelledException(CancellationToken cancellation)
    : OperationCanceledException("Cancelled while XLA compiled.", cancellation);
