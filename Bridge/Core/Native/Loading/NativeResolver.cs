using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TfLbfgs.Native.Loading;

/// <summary>Leads the imports of this assembly to the library that <see cref="NativeLoader"/> finds.</summary>
internal static class NativeResolver
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries",
        Justification = "The resolver must be there before the first import is called, from any class. It only registers; nothing is "
            + "searched or loaded.")]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeResolver).Assembly, Resolve);

    private static nint Resolve(string libraryName, Assembly assembly, DllImportSearchPath? searchPath) =>
        libraryName == NativeLoader.LibraryName ? NativeLoader.Load().Handle : 0;
}
