namespace TfLbfgs.Keras.Callbacks;

/// <summary>
/// A callback threw an exception, which ended the run. The model has the weights of its best epoch, where one was over.
/// </summary>
public sealed class TrainingCallbackException : TfLbfgsException
{
    /// <summary>Creates an exception.</summary>
    public TrainingCallbackException() : base("A callback failed.")
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message.</param>
    public TrainingCallbackException(string message) : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">What the callback threw.</param>
    public TrainingCallbackException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
