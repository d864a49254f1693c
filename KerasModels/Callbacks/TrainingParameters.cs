namespace TfLbfgs.Keras.Callbacks;

/// <summary>The numbers of a run. Python: <c>callback.params</c>.</summary>
/// <param name="Epochs">The epoch at which it ends.</param>
/// <param name="Steps">The number of steps of an epoch; null while it is not known.</param>
/// <param name="Verbosity">What is shown of the progress.</param>
public sealed record TrainingParameters(int Epochs, long? Steps, Verbosity Verbosity);
