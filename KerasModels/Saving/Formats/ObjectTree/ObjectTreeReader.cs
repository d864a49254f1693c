using System.Globalization;
using TfLbfgs.Formats.Hdf5;

namespace TfLbfgs.Keras.Saving.Formats.ObjectTree;

/// <summary>
/// Reads the HDF5 files that follow the objects of a model: each object is a group, its weights are the members <c>0</c>, <c>1</c>, ... of
/// the group <c>vars</c> in it. Python: <c>H5IOStore</c> of Keras 2.12 and later, and of Keras 3.
/// </summary>
internal static class ObjectTreeReader
{
    public const string Vars = "vars";

    /// <summary>Whether a file has this layout.</summary>
    public static bool IsObjectTree(Hdf5Group root)
    {
        Stack<Hdf5Group> open = new([root]);
        while (open.TryPop(out Hdf5Group? group))
        {
            if (group.Members.TryGetValue(Vars, out Hdf5Object? vars) && vars is Hdf5Group)
                return true;
            foreach (Hdf5Group member in group.Members.Values.OfType<Hdf5Group>())
                open.Push(member);
        }

        return false;
    }

    /// <summary>Reads the tree; arrays stay in the file until they are asked for.</summary>
    /// <param name="file">The file.</param>
    /// <param name="group">The group of the object.</param>
    /// <param name="name">The name of the object in its parent.</param>
    public static WeightNode Read(Hdf5File file, Hdf5Group group, string name)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        Hdf5Group? vars = group.Members.GetValueOrDefault(Vars) as Hdf5Group;
        WeightNode node = new(name) { Label = vars is null ? null : file.ReadStrings(vars, "name") is [string label] ? label : null };
        // A group that holds arrays itself has no vars: a metric of the user's own, for instance.
        foreach ((string number, Hdf5Dataset dataset) in Datasets(vars))
            node.Arrays.Add(new WeightArray(number, file.Array(dataset)));
        foreach ((string member, Hdf5Object child) in group.Members)
        {
            if (child is Hdf5Group part && member != Vars)
                node.Children.Add(Read(file, part, member));
        }

        return node;
    }

    /// <summary>Takes the state of the training out of the tree.</summary>
    public static IReadOnlyList<WeightNode> TakeTrainingState(WeightNode root)
    {
        WeightNode[] state = [.. root.Children.Where(child => ObjectNames.Training.Contains(child.Name))];
        root.Children.RemoveAll(state.Contains);
        return [.. state.Where(node => node.AllArrays().Any())];
    }

    private static IEnumerable<(string Name, Hdf5Dataset Dataset)> Datasets(Hdf5Group? vars) => vars is null ? [] : vars.Members
        .Where(member => member.Value is Hdf5Dataset).Select(member => (member.Key, (Hdf5Dataset)member.Value))
        .OrderBy(member => int.TryParse(member.Key, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : int.MaxValue).ThenBy(member => member.Key, StringComparer.Ordinal);
}
