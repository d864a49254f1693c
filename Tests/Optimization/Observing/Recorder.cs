namespace TfLbfgs.Tests.Optimization;

/// <summary>Hands on what it receives, on the same thread.</summary>
internal sealed class Recorder<T>(Action<T> hear) : IProgress<T>
{
    public void Report(T value) => hear(value);
}
