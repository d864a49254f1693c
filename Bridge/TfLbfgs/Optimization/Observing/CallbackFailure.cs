namespace TfLbfgs.Optimization;

/// <summary>The exception for code of the user that threw in the middle of a minimization.</summary>
internal static class CallbackFailure
{
    /// <summary>Wraps what was thrown.</summary>
    /// <param name="name">The option, and what in it.</param>
    /// <param name="iteration">When.</param>
    /// <param name="e">What was thrown.</param>
    public static TfLbfgsException Of(string name, int iteration, Exception e) => new(
        $"{name}: expected a call that returns, received {e.GetType().Name} at iteration {iteration}: "
            + $"{e.Message.ReplaceLineEndings(" ").TrimEnd('.')}. The minimization ended there; the model has the best point so far.", e);
}
