namespace TfLbfgs.Native.Imports;

/// <summary>The name under which every import asks for the native library; the resolver of <c>Native/Loading</c> finds the file.</summary>
internal static class Library
{
    public const string Name = "tensorflow";
}
