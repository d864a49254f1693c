namespace TfLbfgs.Keras.Serialization;

/// <summary>
/// The architecture in a file cannot be built: it is damaged, or names what is not known here. The message names the layer, what was
/// expected and what was received.
/// </summary>
public sealed class ModelConfigException : TfLbfgsException
{
    /// <summary>Creates the exception with a default message.</summary>
    public ModelConfigException() : this("The configuration of the model cannot be used.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected, what was received, what to do.</param>
    public ModelConfigException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What was expected, what was received, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public ModelConfigException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
