namespace TfLbfgs.Native.Loading;

/// <summary>
/// How libtensorflow is found and prepared. Given once, by <see cref="NativeLoader.Configure"/>, before the library is loaded.
/// </summary>
internal sealed record NativeLoadOptions
{
    /// <summary>The library, or the folder that holds it; null to search.</summary>
    public string? LibraryPath { get; init; }

    /// <summary>Where the vendored archive is unpacked; null for <c>TFLBFGS_CACHE</c> or the user's cache folder.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Whether a line on standard error tells that the archive is being unpacked.</summary>
    public bool ShowProgress { get; init; } = true;

    /// <summary>
    /// Variables for native code, such as <c>TF_ENABLE_ONEDNN_OPTS</c>, set before the library loads. They win over what the user's
    /// environment has; null unsets.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>();
}
