using System.Reflection;
using TfLbfgs.RawOpsGenerator;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.RawOperations;

/// <summary>Calls the method of any op by the names of the op's definition, as the reference data have them.</summary>
internal static class RawOpInvoker
{
    private static readonly Dictionary<string, MethodInfo> Methods = typeof(RawOps).GetMethods(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(m => m.GetCustomAttribute<RawOpAttribute>()!.Name, StringComparer.Ordinal);

    /// <summary>Whether the op has a method.</summary>
    public static bool Knows(string op) => Methods.ContainsKey(op);

    /// <summary>Calls an op.</summary>
    /// <param name="op">Its name.</param>
    /// <param name="inputs">A <see cref="Tensor"/> or a list of them for each input, in the order of the definition.</param>
    /// <param name="attributes">Values by the attributes' names; those left out take their default.
    /// Any type of number does for a number, a dtype's Python name for a dtype, and a list of dimensions (null: unknown) for a shape; also
    /// in lists.</param>
    /// <returns>All output tensors in one row, lists included.</returns>
    public static Tensor[] Call(string op, IReadOnlyList<object> inputs, IReadOnlyDictionary<string, object?>? attributes = null)
    {
        MethodInfo method = Methods.TryGetValue(op, out MethodInfo? found)
            ? found : throw new ArgumentException($"Expected an op with a method, received '{op}'.", nameof(op));
        ParameterInfo[] parameters = method.GetParameters();
        object?[] values = Array.ConvertAll(parameters, _ => Type.Missing);
        for (int i = 0; i < inputs.Count; i++)
            values[i] = inputs[i];

        foreach ((string name, object? value) in attributes ?? new Dictionary<string, object?>())
        {
            int index = Array.FindIndex(parameters, p => (p.GetCustomAttribute<RawOpArgumentAttribute>()?.Name ?? "") == name
                || p.Name == Naming.Parameter(name));
            if (index < inputs.Count)
                throw new ArgumentException($"Expected an attribute of {op} that its inputs do not determine, received '{name}'.",
                    nameof(attributes));

            values[index] = Convert(value, parameters[index].ParameterType);
        }

        object? result = method.Invoke(null, BindingFlags.DoNotWrapExceptions | BindingFlags.OptionalParamBinding, null, values, null);
        return [.. Flatten(result)];
    }

    private static object? Convert(object? value, Type type)
    {
        if (type == typeof(long))
            return System.Convert.ToInt64(value, null);
        if (type == typeof(float))
            return System.Convert.ToSingle(value, null);
        if (type == typeof(DType) && value is string name)
            return DTypeFacts.FromPythonName(name);
        if (type == typeof(Shape) && value is System.Collections.IEnumerable dims and not Shape)
            return Shape.Create([.. dims.Cast<object?>().Select(d => d is null ? -1 : System.Convert.ToInt64(d, null))]);
        if (value is not System.Collections.IEnumerable list || !type.IsGenericType || value is string || type.IsInstanceOfType(value))
            return value;

        Type element = type.GetGenericArguments()[0];
        object?[] items = [.. list.Cast<object?>().Select(item => Convert(item, element))];
        var typed = Array.CreateInstance(element, items.Length);
        items.CopyTo(typed, 0);
        return typed;
    }

    private static IEnumerable<Tensor> Flatten(object? result) => result switch
    {
        null => [],
        Tensor tensor => [tensor],
        IEnumerable<Tensor> tensors => tensors,
        // The parameters of a record's constructor are the outputs in order; its properties need not be.
        _ => result.GetType().GetConstructors()[0].GetParameters()
            .SelectMany(p => Flatten(result.GetType().GetProperty(p.Name!)!.GetValue(result))),
    };
}
