namespace TfLbfgs.Runtime;

/// <summary>
/// The native library refused a call. The message names the op and the shapes and dtypes of its inputs and repeats TensorFlow's text.
/// Python: <c>tf.errors.OpError</c>.
/// </summary>
public sealed class TfStatusException : TfLbfgsException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The status code.</param>
    /// <param name="nativeMessage">TensorFlow's own text.</param>
    /// <param name="op">The op or C function that was called.</param>
    /// <param name="inputs">The inputs as text, such as <c>float64(3, 4), int32()</c>; empty when there are none.</param>
    public TfStatusException(TfStatusCode code, string nativeMessage, string op, string inputs = "")
        : base($"{op}{(inputs.Length == 0 ? "" : $"({inputs})")} failed with {code}: {nativeMessage}")
    {
        Code = code;
        NativeMessage = nativeMessage;
        Op = op;
        Inputs = inputs;
    }

    /// <summary>The status code.</summary>
    public TfStatusCode Code { get; }

    /// <summary>TensorFlow's own text.</summary>
    public string NativeMessage { get; }

    /// <summary>The op or C function that was called.</summary>
    public string Op { get; }

    /// <summary>The inputs as text, such as <c>float64(3, 4), int32()</c>.</summary>
    public string Inputs { get; }
}
