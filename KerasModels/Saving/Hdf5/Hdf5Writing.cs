using System.Runtime.InteropServices;
using PureHDF;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving.Hdf5;

/// <summary>Makes the parts of a file that PureHDF then writes. It knows what PureHDF gets wrong: slashes in names, and lists near 64 KiB.</summary>
internal static class Hdf5Writing
{
    /// <summary>PureHDF writes a broken header from 4,094 names on; Keras reads a list that is split.</summary>
    public const int MaxNamesPerAttribute = 4000;

    /// <summary>A boolean as h5py writes it.</summary>
    private enum H5PyBool : byte
    {
        FALSE,
        TRUE,
    }

    /// <summary>Writes a list of names, split into attributes that end in 0, 1, 2, ... when it is long. An empty list is an array of float64, as in Keras.</summary>
    public static void SetNames(H5Group owner, string attribute, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            owner.Attributes[attribute] = Array.Empty<double>();
            return;
        }
        if (names.Count <= MaxNamesPerAttribute)
        {
            owner.Attributes[attribute] = names.ToArray();
            return;
        }
        int part = 0;
        foreach (string[] names4000 in names.Chunk(MaxNamesPerAttribute))
            owner.Attributes[$"{attribute}{part++}"] = names4000;
    }

    /// <summary>Adds a member under a path with slashes and makes the groups on the way.</summary>
    /// <returns>False when the name is taken, or a part of the path is a dataset, or a part is no name.</returns>
    public static bool TryAdd(H5Group root, string path, object member)
    {
        string[] parts = path.Split('/');
        H5Group group = root;
        for (int i = 0; i < parts.Length; i++)
        {
            string part = parts[i];
            if (part is "" or "." or ".." || part.Contains('\0'))
                return false;
            if (i == parts.Length - 1)
                return group.TryAdd(part, member);
            if (!group.TryGetValue(part, out object? next))
                group[part] = next = new H5Group();
            if (next is not H5Group inner)
                return false;
            group = inner;
        }
        return false;
    }

    /// <summary>Makes a dataset, in one piece and little-endian.</summary>
    /// <param name="array">The array; its bytes must be as many as its shape says.</param>
    /// <returns>The dataset, or null when files of Keras have no such type.</returns>
    public static object? Dataset(NamedArray array) => array.DType switch
    {
        DType.Float16 => Dataset<Half>(array),
        DType.Float32 => Dataset<float>(array),
        DType.Float64 => Dataset<double>(array),
        DType.Int8 => Dataset<sbyte>(array),
        DType.Int16 => Dataset<short>(array),
        DType.Int32 => Dataset<int>(array),
        DType.Int64 => Dataset<long>(array),
        DType.UInt8 => Dataset<byte>(array),
        DType.UInt16 => Dataset<ushort>(array),
        DType.UInt32 => Dataset<uint>(array),
        DType.UInt64 => Dataset<ulong>(array),
        DType.Bool => Dataset<H5PyBool>(array),
        DType.BFloat16 => new H5Dataset(array.Bytes.ToArray(), fileDims: Dimensions(array), opaqueInfo: new H5OpaqueInfo(2, "")),
        _ => null,
    };

    private static H5Dataset Dataset<T>(NamedArray array)
        where T : unmanaged
    {
        ReadOnlySpan<T> elements = MemoryMarshal.Cast<byte, T>(array.Bytes.Span);
        return array.Shape.Count == 0 ? new H5Dataset(elements[0]) : new H5Dataset(elements.ToArray(), fileDims: Dimensions(array));
    }

    private static ulong[] Dimensions(NamedArray array) => [.. array.Shape.Select(length => (ulong)length)];
}
