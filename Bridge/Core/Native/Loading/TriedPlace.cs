namespace TfLbfgs.Native.Loading;

/// <summary>A place where libtensorflow was looked for, and what came of it.</summary>
internal sealed record TriedPlace(NativeSource Source, string Path, string Outcome)
{
    public override string ToString() => $"{Source.Describe()}: {Path}: {Outcome}";
}
