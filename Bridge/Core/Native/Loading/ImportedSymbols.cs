using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace TfLbfgs.Native.Loading;

/// <summary>The C functions that the binding calls, read from its declarations, so that the list never drifts from them.</summary>
internal static class ImportedSymbols
{
    /// <summary>Their names.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026",
        Justification = "An import that trimming removed is never called, so it is not needed.")]
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "As above.")]
    public static IReadOnlyList<string> Needed()
    {
        const BindingFlags Everything = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return [.. typeof(ImportedSymbols).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(Everything))
            .Where(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
            .Select(method => method.GetCustomAttribute<DllImportAttribute>())
            .Where(import => import is { Value: NativeLoader.LibraryName, EntryPoint: not null })
            .Select(import => import!.EntryPoint!)
            .Distinct()
            .Order(StringComparer.Ordinal)];
    }
}
