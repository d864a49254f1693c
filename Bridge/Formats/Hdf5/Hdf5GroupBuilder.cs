using System.Text;
using TfLbfgs.Runtime;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// A group to be written, with its attributes and members; the root of a file is written by <see cref="WriteTo"/>. Arrays are written
/// contiguous, without filters, one at a time. Python:
/// <c>h5py.File(path, "w")</c>.
/// </summary>
public sealed class Hdf5GroupBuilder
{
    /// <summary>The most texts of one attribute, which is limited to 64 KiB.</summary>
    public const int MaxTextsPerAttribute = 4000;

    // A name stands in a message of at most 64 KiB.
    private const int MaxNameLength = 60_000;

    private readonly Dictionary<string, object> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>?> _attributes = new(StringComparer.Ordinal);

    /// <summary>Groups (<see cref="Hdf5GroupBuilder"/>) and arrays by name, in the order in which they were added.</summary>
    internal IReadOnlyDictionary<string, object> Members => _members;

    /// <summary>Texts by name. A single text is a scalar, null an empty list.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<string>?> Attributes => _attributes;

    /// <summary>Texts that are scalars.</summary>
    internal HashSet<string> ScalarAttributes { get; } = [];

    /// <summary>Whether arrays of an element type can be written.</summary>
    /// <param name="dtype">The element type.</param>
    /// <returns>True for floating-point numbers, integers and booleans.</returns>
    public static bool CanHold(DType dtype) => Hdf5TypeWriter.Encode(dtype) is not null;

    /// <summary>Sets an attribute to one text.</summary>
    /// <param name="name">The name of the attribute.</param>
    /// <param name="text">The text, of any length.</param>
    public void SetText(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _attributes[name] = [text];
        ScalarAttributes.Add(name);
    }

    /// <summary>Sets an attribute to a list of texts. An empty list is an array of float64, as h5py writes it.</summary>
    /// <param name="name">The name of the attribute.</param>
    /// <param name="texts">The texts, each of any length.</param>
    /// <exception cref="TfLbfgsException">There are more than <see cref="MaxTextsPerAttribute"/>.</exception>
    public void SetTexts(string name, IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count > MaxTextsPerAttribute)
            throw new TfLbfgsException(
                $"Attribute {name}: expected at most {MaxTextsPerAttribute} texts, received {texts.Count}. Write several attributes.");
        _attributes[name] = texts.Count == 0 ? null : texts;
        ScalarAttributes.Remove(name);
    }

    /// <summary>Adds a group, or finds the one that is there, and makes those on the way.</summary>
    /// <param name="path">The names with slashes between.</param>
    /// <returns>The group; null where a part of the path is an array or no name.</returns>
    public Hdf5GroupBuilder? TryAddGroup(string path) => Place(path, out string name) is { } parent ? parent.Child(name) : null;

    /// <summary>Adds an array and makes the groups on the way.</summary>
    /// <param name="path">The names with slashes between.</param>
    /// <param name="array">The array, whose elements are read when the file is written.</param>
    /// <returns>False when the name is taken, or a part of the path is an array or no name.</returns>
    /// <exception cref="TfLbfgsException">The element type cannot be written.</exception>
    public bool TryAddArray(string path, StoredArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        if (!CanHold(array.DType))
            throw new TfLbfgsException(
                $"{path}: expected floating-point numbers, integers or booleans, received {array.DType.PythonName}.");
        return Place(path, out string name) is { } parent && parent._members.TryAdd(name, array);
    }

    /// <summary>Writes a file with this group as its root. The same content gives the same bytes.</summary>
    /// <param name="stream">Receives the file from its current position on; need not be seekable.</param>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        new Hdf5FileWriter(this).WriteTo(stream);
    }

    private Hdf5GroupBuilder? Place(string path, out string name)
    {
        ArgumentNullException.ThrowIfNull(path);
        string[] parts = path.Split('/');
        name = parts[^1];
        if (parts.Any(part => part is "" or "." or ".." || part.Contains('\0') || Encoding.UTF8.GetByteCount(part) > MaxNameLength))
            return null;
        Hdf5GroupBuilder? group = this;
        foreach (string part in parts.AsSpan(0, parts.Length - 1))
            group = group?.Child(part);
        return group;
    }

    private Hdf5GroupBuilder? Child(string name)
    {
        if (_members.TryGetValue(name, out object? member))
            return member as Hdf5GroupBuilder;
        Hdf5GroupBuilder child = new();
        _members[name] = child;
        return child;
    }
}
