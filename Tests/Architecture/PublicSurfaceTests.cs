using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TfLbfgs.Native.Handles;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.ArchitectureRules;

public sealed class PublicSurfaceTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void Signatures_ThatUsersSee_HoldNoPointers()
    {
        List<string> wrong = [];
        int members = 0;
        foreach (Type type in Product.Assemblies.SelectMany(a => a.GetExportedTypes()))
        {
            // What the compiler makes of a delegate takes a function pointer; it is never called.
            foreach (MemberInfo member in type.GetMembers(Declared)
                .Where(member => IsVisible(member) && !(member is ConstructorInfo && type.IsSubclassOf(typeof(Delegate)))))
            {
                members++;
                if (TypesOf(member).Any(HoldsPointer))
                    wrong.Add($"{type}.{member}");
            }
        }

        Assert.Empty(wrong);
        Assert.True(members > 1000, $"only {members} members were seen");
    }

    [Fact]
    public void Members_ThatUsersSee_DoMoreThanThrow()
    {
        List<string> wrong = [];
        int bodies = 0;
        // The raw ops are generated, all alike; the compiler stores extension blocks as types of its own.
        foreach (Type type in Product.Assemblies.Where(a => a != typeof(RawOps).Assembly).SelectMany(a => a.GetExportedTypes())
            .Where(type => !type.FullName!.Contains('<', StringComparison.Ordinal)))
        {
            foreach (MethodBase method in type.GetMembers(Declared).OfType<MethodBase>().Where(IsVisible))
            {
                if (method.GetMethodBody()?.GetILAsByteArray() is not { Length: > 0 } code)
                    continue;
                bodies++;
                // A body without a return that ends in a throw. What is to be overridden says so when it was not.
                if (!(method.IsFamily && method.IsVirtual) && code[^1] == (byte)OpCodes.Throw.Value
                    && !code.Contains((byte)OpCodes.Ret.Value))
                    wrong.Add($"{type}.{method}");
            }
        }

        Assert.Empty(wrong);
        Assert.True(bodies > 1000, $"only {bodies} bodies were seen");
    }

    [Fact]
    public void Types_InNativeNamespaces_AreInternal() =>
        Assert.DoesNotContain(Product.Assemblies.SelectMany(a => a.GetExportedTypes()),
            type => $".{type.Namespace}.".Contains(".Native.", StringComparison.Ordinal));

    [Fact]
    public void SafeHandles_OfTheProduct_AreNativeHandles() =>
        Assert.DoesNotContain(AllTypes(), type => type.IsSubclassOf(typeof(SafeHandle)) && type != typeof(NativeHandle)
            && !type.IsSubclassOf(typeof(NativeHandle)));

    [Fact]
    public void Finalizers_InTheProduct_DoNotExist() =>
        Assert.DoesNotContain(AllTypes(), type => type.GetMethod("Finalize", Declared, []) is not null);

    [Fact]
    public void Documentation_OfPublicMembers_IsDemandedByTheCompiler()
    {
        XDocument properties = XDocument.Load(Path.Combine(Checkout.Root, "Directory.Build.props"));
        foreach (string setting in (string[])["GenerateDocumentationFile", "TreatWarningsAsErrors"])
            Assert.Equal("true", Assert.Single(properties.Descendants(setting)).Value);
        foreach (string project in Product.Folders.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder), "*.csproj")))
        {
            string text = File.ReadAllText(project);
            foreach (string switchedOff in (string[])["NoWarn", "GenerateDocumentationFile", "TreatWarningsAsErrors",
                "WarningsNotAsErrors"])
                Assert.False(text.Contains(switchedOff, StringComparison.Ordinal), $"{project} sets {switchedOff}");
        }

        Assert.DoesNotContain(Product.Sources(), source => Regex.IsMatch(source.Text, @"#pragma\s+warning\s+disable[^\n]*CS1591"));
        Assert.DoesNotContain("CS1591", File.ReadAllText(Path.Combine(Checkout.Root, ".editorconfig")), StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_OfTheProduct_NeverForceACollection() =>
        Assert.Empty(Product.Sources().Where(source => Regex.IsMatch(source.Text, @"\bGC\s*\.\s*(Collect|WaitForPendingFinalizers)\b"))
            .Select(source => source.Path));

    [Fact]
    public void Imports_OfTheLibrary_AreOneClassPerHeader()
    {
        Assert.Empty(Product.Sources().Where(source => Regex.IsMatch(source.Text, @"\[\s*DllImport\s*\(")).Select(source => source.Path));
        List<string> headers = [];
        foreach ((string path, string text) in Product.Sources()
            .Where(source => source.Text.Contains("[LibraryImport(Library.Name", StringComparison.Ordinal)))
        {
            Assert.StartsWith("Bridge/Core/Native/Imports/", path, StringComparison.Ordinal);
            Assert.Single(
                Regex.Matches(text, @"^internal static unsafe partial class|^internal static partial class", RegexOptions.Multiline));
            headers.Add(Regex.Match(text, @"<c>([\w/]+\.h)</c>").Groups[1].Value);
        }

        Assert.True(headers.Count >= 5 && headers.TrueForAll(header => header.Length > 0), string.Join(", ", headers));
        Assert.Equal(headers.Count, headers.Distinct().Count());
    }

    [Fact]
    public void PublicTypes_OfTheProduct_StandInFilesOfTheirOwn()
    {
        foreach ((string path, string text) in Product.Sources()
            .Where(source => !source.Path.Contains("/Generated/", StringComparison.Ordinal)))
        {
            MatchCollection types = Regex.Matches(text, @"^public (?:(?:static|sealed|abstract|readonly|unsafe|partial|ref) )*(?:class|record struct|record|struct|interface|enum|delegate [\w<>\[\]?]+) (\w+)", RegexOptions.Multiline);
            if (types.Count == 0)
                continue;
            string only = Assert.Single(types.Select(type => type.Groups[1].Value).Distinct());
            string file = Path.GetFileName(path).Split('.', '{')[0];
            // A part of a facade may be named after the type that is nested in it.
            Assert.True(only == file || text.Contains($"class {file}", StringComparison.Ordinal), $"{path} holds {only}");
        }
    }

    private static IEnumerable<Type> AllTypes() => Product.Assemblies.SelectMany(a => a.GetTypes());

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => false,
    };

    private static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        MethodInfo method => method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType),
        MethodBase constructor => constructor.GetParameters().Select(p => p.ParameterType),
        FieldInfo field => [field.FieldType],
        _ => [],
    };

    private static bool HoldsPointer(Type type) =>
        type.IsPointer || type.IsFunctionPointer || type == typeof(nint) || type == typeof(nuint)
            || typeof(SafeHandle).IsAssignableFrom(type)
        || (type.HasElementType && HoldsPointer(type.GetElementType()!)) || type.GetGenericArguments().Any(HoldsPointer);
}
