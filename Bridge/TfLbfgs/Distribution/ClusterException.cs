using TfLbfgs.Runtime;

namespace TfLbfgs.Distribution;

/// <summary>A cluster cannot be joined or used, or a worker was lost and not replaced. Python: <c>tf.errors.UnavailableError</c>.</summary>
public sealed class ClusterException : TfLbfgsException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected, what was received, and what to do.</param>
    public ClusterException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected, what was received, and what to do.</param>
    /// <param name="inner">What TensorFlow or the system said.</param>
    public ClusterException(string message, Exception inner) : base(message, inner)
    {
    }

    /// <summary>What ends the waiting for other processes; by its cause a run knows that workers may be lost.</summary>
    /// <param name="message">What was expected, what was received, and what to do.</param>
    /// <param name="call">The native call that waits.</param>
    internal static ClusterException NoAnswer(string message, string call = "TFE_Execute") =>
        new(message, new TfStatusException(TfStatusCode.DeadlineExceeded, "no answer in time", call));
}
