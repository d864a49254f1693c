namespace TfLbfgs.Formats.Zip;

/// <summary>A member of a zip archive.</summary>
/// <param name="Name">The name as the archive states it; never used as a path.</param>
/// <param name="Length">The number of bytes of its content.</param>
public sealed record ZipMember(string Name, long Length)
{
    internal long StoredLength { get; init; }

    internal int Method { get; init; }

    internal int Flags { get; init; }

    internal uint Checksum { get; init; }

    internal long HeaderAt { get; init; }
}
