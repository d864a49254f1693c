namespace TfLbfgs.Native.Loading;

/// <summary>The library that this process uses.</summary>
internal sealed record LoadedLibrary
{
    /// <summary>The first version that the tests ran on.</summary>
    public static readonly Version FirstTested = new(2, 15);

    /// <summary>The last version that the tests ran on.</summary>
    public static readonly Version LastTested = new(2, 21);

    /// <summary>The handle of <c>dlopen</c>.</summary>
    public required nint Handle { get; init; }

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The step of the search that found it.</summary>
    public required NativeSource Source { get; init; }

    /// <summary>What <c>TF_Version</c> says, such as <c>2.21.0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Whether it is a CUDA build.</summary>
    public required bool IsGpuBuild { get; init; }

    /// <summary>All places tried, the successful one last.</summary>
    public required IReadOnlyList<TriedPlace> Tried { get; init; }

    /// <summary>Seconds spent on unpacking; 0 when it was unpacked before.</summary>
    public required double UnpackSeconds { get; init; }

    /// <summary>Seconds that the dynamic loader took.</summary>
    public required double LoadSeconds { get; init; }

    /// <summary>Major and minor version; 0.0 when the text is in no known form.</summary>
    public Version ShortVersion => ParseShort(Version);

    /// <summary>Whether the version is within the tested range.</summary>
    public bool IsTestedVersion => ShortVersion >= FirstTested && ShortVersion <= LastTested;

    private static Version ParseShort(string text)
    {
        string[] parts = text.Split('.');
        return parts.Length >= 2 && int.TryParse(parts[0], out int major) && int.TryParse(parts[1], out int minor)
            ? new Version(major, minor) : new Version(0, 0);
    }
}
