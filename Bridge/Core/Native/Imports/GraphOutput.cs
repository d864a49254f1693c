using System.Runtime.InteropServices;

namespace TfLbfgs.Native.Imports;

/// <summary><c>TF_Output</c>: one output of an operation of a graph, passed by value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct GraphOutput(nint Operation, int Index);
