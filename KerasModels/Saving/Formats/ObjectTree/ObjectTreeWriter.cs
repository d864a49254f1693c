using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving.Formats.ObjectTree;

/// <summary>
/// Writes the HDF5 files that follow the objects of a model, which Keras 2.12 and later and Keras 3 read. Python: <c>H5IOStore</c>.
/// </summary>
internal static class ObjectTreeWriter
{
    /// <summary>The file of a tree.</summary>
    /// <param name="path">The file as messages name it.</param>
    /// <param name="root">The weights of the model.</param>
    /// <exception cref="FileFormatException">A weight has no form in such a file.</exception>
    public static Hdf5GroupBuilder Build(string path, WeightNode root)
    {
        Hdf5GroupBuilder file = new();
        Add(path, file, root, "");
        return file;
    }

    private static void Add(string path, Hdf5GroupBuilder group, WeightNode node, string where)
    {
        // A list is no object. Keras 2 asks for the group of an object even where it is empty.
        if (node.Label is not null || node.Arrays.Count > 0)
        {
            Hdf5GroupBuilder vars = group.TryAddGroup(ObjectTreeReader.Vars)!;
            if (node.Label is not null)
                vars.SetText("name", node.Label);
            foreach (WeightArray array in node.Arrays)
            {
                if (!Hdf5GroupBuilder.CanHold(array.DType))
                {
                    throw new FileFormatException(path, $"{where}vars/{array.Name}", $"elements of type {array.DType.PythonName}",
                        "floating-point numbers, integers or booleans",
                        "Change the type of the weight.");
                }

                vars.TryAddArray(array.Name, array.Data);
            }
        }

        foreach (WeightNode child in node.Children)
        {
            if (group.TryAddGroup(child.Name) is not { } part)
                throw new FileFormatException(path,
                    where + child.Name, "a name with an empty part", "names of attributes and classes", "Rename the layer.");
            Add(path, part, child, $"{where}{child.Name}/");
        }
    }
}
