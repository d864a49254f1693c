namespace TfLbfgs.Cli.Files;

/// <summary>What stands at a path.</summary>
internal enum FileEntry
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A device, a pipe or a socket.</summary>
    Device,
}
