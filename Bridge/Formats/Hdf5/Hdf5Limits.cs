namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// What a file may cost before it is refused. A Keras model of a thousand layers stays a factor of ten below each number.
/// </summary>
internal static class Hdf5Limits
{
    /// <summary>Groups within groups. Keras names a weight by a path with some ten parts.</summary>
    public const int Depth = 128;

    /// <summary>Groups and datasets in one file.</summary>
    public const int Objects = 500_000;

    /// <summary>Axes of a dataset; HDF5's own limit is 32.</summary>
    public const int Rank = 32;

    /// <summary>Types within types; a list of strings has 2.</summary>
    public const int TypeDepth = 8;

    /// <summary>
    /// Bytes of data that a byte of the file may stand for. Deflate reaches 1032 at most, and no other filter that is read here makes
    /// anything smaller.
    /// </summary>
    public const int InflationRatio = 1040;

    /// <summary>Bytes of data that any file may declare, for arrays that are all fill value.</summary>
    public const long DataAllowance = 1 << 20;

    /// <summary>The longest array, that of a .NET array.</summary>
    public static readonly long ArrayBytes = Array.MaxLength;

    /// <summary>Bytes of structure that reading a file of this length may cost; every read also costs <see cref="ReadCost"/>.</summary>
    public static long Metadata(long fileLength) => (16L << 20) + (16 * fileLength);

    /// <summary>What a read costs in addition to its bytes.</summary>
    public const int ReadCost = 64;

    /// <summary>Bytes of data that all datasets of a file of this length may declare together.</summary>
    public static UInt128 DeclaredData(long fileLength) => ((UInt128)(ulong)fileLength * InflationRatio) + (UInt128)DataAllowance;

    /// <summary>
    /// Bytes of data that may be read from a file of this length, chunks in full: those at the edge reach over it, and a file may be read
    /// twice.
    /// </summary>
    public static UInt128 ReadData(long fileLength) => 4 * DeclaredData(fileLength);
}
