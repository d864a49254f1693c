using TfLbfgs.Native.Handles;

namespace TfLbfgs.Runtime;

/// <summary>The one place where a native status becomes an exception.</summary>
internal static class Status
{
    /// <summary>Throws when the last call of this thread failed.</summary>
    /// <param name="status">The status that the call was given.</param>
    /// <param name="op">The op or C function.</param>
    /// <param name="inputs">Describes the inputs; called only on failure.</param>
    public static void Check(StatusHandle status, string op, Func<string>? inputs = null)
    {
        int code = status.Code;
        if (code != 0)
            throw new TfStatusException((TfStatusCode)code, status.Message, op, inputs?.Invoke() ?? "");
    }
}
